import type { Rational } from './probe.ts'

/**
 * Raw 4:2:0 frames with their exact times, as an endless Matroska stream (RFC 9559): ffmpeg's raw video format has no
 * timestamps, so variable frame rate would become constant. Times are nanoseconds; one cluster holds one frame.
 */

const NANOSECOND_SCALE = 1
const UNKNOWN_SIZE = 0x01ffffffffffffffn

function size(value: number): number[] {
  // Always eight bytes: simple, and any frame fits.
  const bytes = [0x01]
  for (let shift = 48n; shift >= 0n; shift -= 8n) bytes.push(Number((BigInt(value) >> shift) & 0xffn))
  return bytes
}

function element(id: readonly number[], body: readonly number[]): number[] {
  return [...id, ...size(body.length), ...body]
}

function unsigned(value: number | bigint): number[] {
  const bytes: number[] = []
  for (let shift = 56n; shift >= 0n; shift -= 8n) bytes.push(Number((BigInt(value) >> shift) & 0xffn))
  return bytes
}

const text = (value: string): number[] => [...new TextEncoder().encode(value)]

export interface RawStream {
  readonly width: number
  readonly height: number
  readonly fps: number
  /** 8 when absent. */
  readonly bits?: 8 | 10 | undefined
}

/** ffmpeg's four characters for 4:2:0; those of ten bits in two bytes are named by their numbers. */
const FOUR_CHARACTERS = { 8: text('I420'), 10: [...text('Y3'), 11, 10] } as const

export function matroskaHeader({ width, height, fps, bits = 8 }: RawStream): Uint8Array {
  const ebml = element(
    [0x1a, 0x45, 0xdf, 0xa3],
    [
      ...element([0x42, 0x86], unsigned(1)),
      ...element([0x42, 0xf7], unsigned(1)),
      ...element([0x42, 0xf2], unsigned(4)),
      ...element([0x42, 0xf3], unsigned(8)),
      ...element([0x42, 0x82], text('matroska')),
      ...element([0x42, 0x87], unsigned(4)),
      ...element([0x42, 0x85], unsigned(2)),
    ],
  )
  const info = element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], unsigned(NANOSECOND_SCALE)))
  const video = element(
    [0xe0],
    [
      ...element([0xb0], unsigned(width)),
      ...element([0xba], unsigned(height)),
      ...element([0x2e, 0xb5, 0x24], FOUR_CHARACTERS[bits]),
    ],
  )
  const track = element(
    [0xae],
    [
      ...element([0xd7], unsigned(1)),
      ...element([0x73, 0xc5], unsigned(1)),
      ...element([0x83], unsigned(1)),
      ...element([0x23, 0xe3, 0x83], unsigned(Math.round(1e9 / fps))),
      ...element([0x86], text('V_UNCOMPRESSED')),
      ...video,
    ],
  )
  const tracks = element([0x16, 0x54, 0xae, 0x6b], track)
  const segment = [0x18, 0x53, 0x80, 0x67, ...unsigned(UNKNOWN_SIZE)]
  return Uint8Array.from([...ebml, ...segment, ...info, ...tracks])
}

/** What goes before a frame's bytes: a cluster at its time with one block of `bytes` bytes. */
export function matroskaFrameHeader(timeNs: bigint, bytes: number): Uint8Array {
  const time = element([0xe7], unsigned(timeNs))
  const block = [0xa3, ...size(bytes + 4), 0x81, 0x00, 0x00, 0x80]
  return Uint8Array.from([0x1f, 0x43, 0xb6, 0x75, ...size(time.length + block.length + bytes), ...time, ...block])
}

/** Ticks of a time base as nanoseconds, rounded: under half a tick off, so the muxer finds the same tick again. */
export function ticksToNs(ticks: bigint, timeBase: Rational): bigint {
  const scaled = ticks * BigInt(timeBase.num) * 1_000_000_000n
  const den = BigInt(timeBase.den)
  return (scaled + den / 2n) / den
}
