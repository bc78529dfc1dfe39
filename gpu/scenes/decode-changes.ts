import { type DecodeOptions, decodeArgs } from '#gpu/media/decode-plan.ts'
import { decodeFailure } from '#gpu/media/decoder.ts'
import { startTool, type ToolLimits } from '#gpu/media/ffmpeg.ts'
import type { Probe, Rational } from '#gpu/media/probe.ts'
import { TimestampLog } from '#gpu/media/timestamps.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { analysisFrame, analysisSize } from '#lib/core/scenes/analysis-frame.ts'
import { ChangeWatcher, type FrameChanges } from '#lib/core/scenes/watch-changes.ts'

interface FrameSize {
  readonly width: number
  readonly height: number
}

export interface ChangesPlan {
  readonly probe: Probe
  /** Frames per second that will come, about. */
  readonly fps: number
  readonly options: DecodeOptions
  readonly limits: ToolLimits
  readonly signal: AbortSignal
  readonly onFrames: (frames: number) => void
}

export interface DecodedChanges {
  readonly changes: FrameChanges
  /** Presentation times of the frames that were decoded, in ticks of the file's own clock. */
  readonly ticks: readonly bigint[]
  readonly timeBase: Rational
}

/**
 * One decode at reduced size, measured while it runs; in this thread, because starting another costs more than it saves. Throws coded
 * errors.
 */
export async function decodeChanges(plan: ChangesPlan): Promise<DecodedChanges> {
  const { probe, limits, signal } = plan
  const size = analysisSize(probe.width, probe.height)
  const times = new TimestampLog()
  const tool = startTool('ffmpeg', decodeArgs(probe, analysisFilters(size), { ...plan.options, outFd: 1 }), {
    limits,
    signal,
    background: true,
    outBytes: true,
    onLogLine: times.read,
  })
  const exit = tool.exit.finally(() => times.end())
  exit.catch(() => undefined)
  try {
    const watcher = new ChangeWatcher(plan.fps)
    const [frames, rest] = await measureFrames(tool.output ?? [], size, watcher, plan.onFrames)
    const failure = decodeFailure(await exit)
    signal.throwIfAborted()
    if (failure) throw failure
    if (rest > 0) throw new AppError('decode_failed', 'The decoder stopped inside a frame.')
    const ticks = await times.slice(0, frames)
    return { changes: watcher.finish(), ticks, timeBase: times.timeBase ?? probe.video.timeBase }
  } finally {
    tool.kill()
    await exit.catch(() => undefined)
  }
}

/** Puts frames together from pieces of any length. Answers how many there were, and the bytes of an incomplete last one. */
async function measureFrames(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: FrameSize,
  watcher: ChangeWatcher,
  onFrames: (frames: number) => void,
): Promise<[frames: number, rest: number]> {
  const pixels = size.width * size.height
  let frame = new Uint8Array(pixels * 1.5)
  let [frames, filled] = [0, 0]
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(piece.length - at, frame.length - filled)
      frame.set(piece.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled < frame.length) continue
      watcher.push(analysisFrame(frame.subarray(0, pixels), frame.subarray(pixels), size))
      // The watcher keeps the newest frames.
      frame = new Uint8Array(frame.length)
      frames += 1
      filled = 0
    }
    onFrames(frames)
  }
  return [frames, filled]
}

/**
 * Averaging hides grain and what is left out to decode faster. Colour is of no matter beyond being the same from frame to frame, so HDR stays
 * as it is; ffmpeg itself turns rotated frames before.
 */
function analysisFilters({ width, height }: FrameSize): string[] {
  return [`scale=${width}:${height}:flags=area:out_range=tv`, 'format=yuv420p']
}
