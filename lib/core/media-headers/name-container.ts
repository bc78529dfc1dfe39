/** What a file that no reader of ours understands seems to be, by its first bytes; for the sentence a user gets. */
export interface KnownFile {
  /** With its article: "an AVI file". */
  name: string
  video: boolean
}

interface Signature {
  file: KnownFile
  at: number
  bytes: readonly number[] | string
  /** A second mark, where the first is shared by several formats. */
  and?: { at: number; bytes: string }
}

const video = (name: string): KnownFile => ({ name, video: true })
const other = (name: string): KnownFile => ({ name, video: false })

/** Magic numbers as in the formats' own specifications. */
const SIGNATURES: readonly Signature[] = [
  { file: video('a Flash video (FLV)'), at: 0, bytes: 'FLV' },
  { file: video('a Windows Media file (WMV)'), at: 0, bytes: [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11] },
  { file: video('an MPEG program stream (MPG, VOB)'), at: 0, bytes: [0x00, 0x00, 0x01, 0xba] },
  { file: video('an MPEG video stream'), at: 0, bytes: [0x00, 0x00, 0x01, 0xb3] },
  { file: video('an MXF file'), at: 0, bytes: [0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01] },
  { file: video('a RealMedia file'), at: 0, bytes: '.RMF' },
  { file: other('a WebP picture'), at: 0, bytes: 'RIFF', and: { at: 8, bytes: 'WEBP' } },
  { file: other('a HEIC picture'), at: 4, bytes: 'ftyp', and: { at: 8, bytes: 'heic' } },
  { file: other('an AVIF picture'), at: 4, bytes: 'ftyp', and: { at: 8, bytes: 'avif' } },
  { file: other('a JPEG picture'), at: 0, bytes: [0xff, 0xd8, 0xff] },
  { file: other('a PNG picture'), at: 0, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { file: other('a GIF picture'), at: 0, bytes: 'GIF8' },
  { file: other('a PDF document'), at: 0, bytes: '%PDF' },
  { file: other('a ZIP archive'), at: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { file: other('a RAR archive'), at: 0, bytes: 'Rar!' },
  { file: other('a 7z archive'), at: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
]

/** How many bytes `nameContainer` wants to see. */
export const NAME_BYTES = 16

/** null when the bytes match nothing known. */
export function nameContainer(start: Uint8Array): KnownFile | null {
  const found = SIGNATURES.find(
    ({ at, bytes, and }) => matches(start, at, bytes) && (!and || matches(start, and.at, and.bytes)),
  )
  return found?.file ?? null
}

function matches(start: Uint8Array, at: number, bytes: readonly number[] | string): boolean {
  const expected = typeof bytes === 'string' ? [...bytes].map((char) => char.charCodeAt(0)) : bytes
  return expected.every((byte, index) => start[at + index] === byte)
}
