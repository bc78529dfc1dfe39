import { open } from 'node:fs/promises'
import { AppError } from '#lib/contracts/errors.ts'

/** ffmpeg's names of the demuxers an upload may be opened with; each is forced with `-f`, never guessed by ffmpeg. */
export const DEMUXERS = ['mov', 'matroska', 'avi', 'mpegts', 'mpeg'] as const
export type Demuxer = (typeof DEMUXERS)[number]

const SNIFF_BYTES = 4096
const ISO_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp', 'moof', 'sidx', 'uuid'])
const LARGE_BOXES = new Set(['mdat', 'moov', 'free', 'skip'])

/**
 * Decides a file's container from its first bytes, never from its name: text, playlists and everything else
 * that could make a media library open other files are no container.
 */
export function sniffContainer(head: Uint8Array): Demuxer | undefined {
  const text = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end))
  const box = text(4, 8)
  if (ISO_BOXES.has(box) && isBoxSize(head, box)) return 'mov'
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return 'matroska'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return 'avi'
  if (head[0] === 0 && head[1] === 0 && head[2] === 1 && head[3] === 0xba) return 'mpeg'
  // Transport stream: sync bytes one packet apart; camcorders put 4 bytes of time code before each.
  for (const [first, size] of [
    [0, 188],
    [4, 192],
  ] as const) {
    if ([0, 1, 2].every((packet) => head[first + packet * size] === 0x47)) return 'mpegts'
  }
  return undefined
}

/** Sizes are at least 8, or 1 (64 bits follow), or 0 (to the end of the file); only media data is ever large. Text never looks like that. */
function isBoxSize(head: Uint8Array, type: string): boolean {
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  const largest = LARGE_BOXES.has(type) ? 2 ** 32 : 2 ** 24
  return size === 0 || size === 1 || (size >= 8 && size < largest)
}

export async function sniffFile(path: string): Promise<Demuxer> {
  const file = await open(path, 'r')
  try {
    const head = new Uint8Array(SNIFF_BYTES)
    const { bytesRead } = await file.read(head, 0, SNIFF_BYTES, 0)
    if (bytesRead === 0) throw new AppError('corrupt_media', 'The file is empty.')
    const found = bytesRead < 16 ? undefined : sniffContainer(head.subarray(0, bytesRead))
    if (found !== undefined) return found
    const start = new TextDecoder('latin1').decode(head.subarray(0, Math.min(bytesRead, 256))).trimStart()
    const playlist = /^(#EXTM3U|ffconcat|<\?xml|<MPD|\[playlist\])/i.test(start)
    const kind = playlist ? 'This is a playlist, not a video file' : 'The content is not a video container we accept'
    throw new AppError('unsupported_media', `${kind}. Upload MP4, MOV, MKV, WebM, AVI or MPEG-TS.`)
  } finally {
    await file.close()
  }
}
