import { type HeaderVerdict, judgeHeaders } from './judge-headers.ts'
import type { ReadableFile } from './refuse-costly-tables.ts'

/** Headers come first in an AVI; writers leave a few kilobytes for them. */
const HEADER_BYTES = 256 * 1024
/** More streams than any camera writes. */
const MAX_CHUNKS = 200

/** Picture codecs by `biCompression` that the worker decodes, as the registered FOURCCs have them. */
const VIDEO_CODECS: Readonly<Record<string, string>> = {
  H264: 'h264',
  X264: 'h264',
  AVC1: 'h264',
  HEVC: 'hevc',
  HVC1: 'hevc',
  XVID: 'mpeg4',
  DIVX: 'mpeg4',
  DX50: 'mpeg4',
  FMP4: 'mpeg4',
  MP4V: 'mpeg4',
  MJPG: 'mjpeg',
}

/** Sound by `wFormatTag` (RFC 2361). */
const AUDIO_CODECS: Readonly<Record<number, string>> = { 1: 'pcm', 80: 'mp2', 85: 'mp3', 255: 'aac', 8192: 'ac3' }

interface AviStream {
  type: string
  /** Units a second, and how many there are: frames of a picture. */
  scale: number
  rate: number
  length: number
  format: DataView
}

export function isAvi(start: Uint8Array): boolean {
  return textAt(start, 0) === 'RIFF' && textAt(start, 8) === 'AVI '
}

/**
 * The verdict on an AVI from its header list (Microsoft's AVI RIFF reference; OpenDML 1.02 for files over 1 GiB). The frames listed are those
 * the stream has, dropped ones included, so they bound what decoding gives. How long the sound lasts is not told: writers guess it.
 */
export async function readAvi(file: ReadableFile): Promise<HeaderVerdict> {
  const bytes = await file.read(0, Math.min(HEADER_BYTES, file.bytes))
  const riffEnd = 8 + (bytes.length >= 8 ? viewOf(bytes).getUint32(4, true) : 0)
  const { streams, totalFrames } = readLists(bytes)
  const video = streams.find(({ type }) => type === 'vids')
  const audio = streams.find(({ type }) => type === 'auds')
  const verdict = judgeHeaders({
    container: 'avi',
    bytes: file.bytes,
    video: video ? videoHeaders(video, totalFrames, riffEnd <= file.bytes) : null,
    audio: audio ? { codec: audioCodec(audio), startS: 0, endS: 0 } : null,
  })
  return verdict.facts ? { ...verdict, facts: { ...verdict.facts, audio_duration_s: null } } : verdict
}

function videoHeaders({ scale, rate, length, format }: AviStream, totalFrames: number, complete: boolean) {
  const packets = Math.max(length, totalFrames)
  const isHeader = format.byteLength >= 20
  const codecId = isHeader ? textAt(bytesOf(format), 16) : ''
  const frameS = rate > 0 ? scale / rate : 0
  return {
    codec: VIDEO_CODECS[codecId.toUpperCase()] ?? null,
    codecId: codecId.trim(),
    widthPx: isHeader ? format.getInt32(4, true) : 0,
    // Negative when rows are stored from the top.
    heightPx: isHeader ? Math.abs(format.getInt32(8, true)) : 0,
    rotation: 0 as const,
    startS: 0,
    endS: packets * frameS,
    packets,
    packetsPerSecond: frameS > 0 ? 1 / frameS : 0,
    complete,
  }
}

function audioCodec({ format }: AviStream): string | null {
  return format.byteLength >= 2 ? (AUDIO_CODECS[format.getUint16(0, true)] ?? null) : null
}

/** Walks the chunks of the header list, at most so many. Chunks are padded to even lengths. */
function readLists(bytes: Uint8Array): { streams: AviStream[]; totalFrames: number } {
  const view = viewOf(bytes)
  const streams: AviStream[] = []
  let totalFrames = 0
  let header: Omit<AviStream, 'format'> | undefined
  let at = 12
  for (let chunk = 0; chunk < MAX_CHUNKS && at + 12 <= bytes.length; chunk++) {
    const [name, size] = [textAt(bytes, at), view.getUint32(at + 4, true)]
    if (name === 'LIST') {
      // `movi` ends the headers; what other lists hold is walked through like the rest.
      if (textAt(bytes, at + 8) === 'movi') break
      at += 12
      continue
    }
    const body = new DataView(
      bytes.buffer,
      bytes.byteOffset + at + 8,
      Math.max(0, Math.min(size, bytes.length - at - 8)),
    )
    if (name === 'strh' && body.byteLength >= 36)
      header = {
        type: textAt(bytesOf(body), 0),
        scale: body.getUint32(20, true),
        rate: body.getUint32(24, true),
        length: body.getUint32(32, true),
      }
    if (name === 'strf' && header) {
      streams.push({ ...header, format: body })
      header = undefined
    }
    if (name === 'dmlh' && body.byteLength >= 4) totalFrames = body.getUint32(0, true)
    at += 8 + size + (size % 2)
  }
  return { streams, totalFrames }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const bytesOf = (view: DataView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
