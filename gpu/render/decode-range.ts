import type { DecodeRange } from '#gpu/media/decode-plan.ts'
import type { PacketTimes } from '#gpu/media/packets.ts'
import type { Demuxer } from '#gpu/media/sniff.ts'
import { type SourceTimes, tickSeconds } from '#lib/core/render/time-map.ts'

/**
 * Containers whose index is exact get the key frame itself; the others are searched by byte position and may land late, so they are
 * asked for an earlier time. Negative: cannot be sent anywhere.
 */
const SEEK_MARGIN_S: Record<Demuxer, number> = { mov: 0, matroska: 0, mpegts: 2, avi: -1, mpeg: -1 }

/** Which part of the file to decode for frames `[startFrame, endFrame)`; `undefined` when that is all of it. */
export function decodeRange(
  times: SourceTimes,
  packets: PacketTimes,
  demuxer: Demuxer,
  frames: { readonly startFrame: number; readonly endFrame: number },
): DecodeRange | undefined {
  const { startFrame, endFrame } = frames
  const count = times.ticks.length
  if (startFrame === 0 && endFrame === count) return undefined
  return {
    seekS: seekTo(times, packets, demuxer, startFrame),
    // Before the first frame anything goes, also times below zero.
    startS: startFrame === 0 ? secondsOf(times, 0) - 1 : boundaryBefore(times, startFrame),
    endS: endFrame === count ? undefined : boundaryBefore(times, endFrame),
  }
}

/** Half-way between a frame and the one before. */
function boundaryBefore(times: SourceTimes, frame: number): number {
  return (secondsOf(times, frame - 1) + secondsOf(times, frame)) / 2
}

function secondsOf(times: SourceTimes, frame: number): number {
  return tickSeconds(times, times.ticks[frame] ?? 0n)
}

/** The last key frame at or before a frame; nothing when decoding from the start is no more work. */
function seekTo(times: SourceTimes, packets: PacketTimes, demuxer: Demuxer, frame: number): number | undefined {
  const margin = SEEK_MARGIN_S[demuxer]
  if (margin < 0) return undefined
  const wanted = Number(times.ticks[frame] ?? 0n)
  const key = packets.keyTicks.findLast((tick) => tick <= wanted)
  if (key === undefined || key <= (packets.keyTicks[0] ?? key)) return undefined
  const seconds = (key * times.timeBase.num) / times.timeBase.den - margin
  return seconds <= secondsOf(times, 0) ? undefined : seconds
}
