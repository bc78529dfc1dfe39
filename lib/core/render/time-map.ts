import { AppError } from '#lib/contracts/errors.ts'
import type { Clip } from '#lib/contracts/tasks/render.ts'

/** Presentation times of the source's frames, in order. Ticks are of one time base: `seconds = ticks × num / den`. */
export interface SourceTimes {
  /** Strictly increasing, one per decoded frame. */
  readonly ticks: readonly bigint[]
  readonly timeBase: { readonly num: number; readonly den: number }
  /** Where the last frame ends; absent: it lasts as long as the one before it. */
  readonly endTick?: bigint | undefined
  /** How long a frame lasts that is the only one, when no end is stated; one tick when absent. */
  readonly frameTicks?: bigint | undefined
  /** Seconds that stand for zero (transport streams start their clocks anywhere); 0 when absent. */
  readonly originS?: number | undefined
}

/** A clip as frames. Its picture lasts from its first frame's time to the time of the frame after its last. */
export interface MappedClip {
  readonly clip: Clip
  /** Half-open range of source frames. */
  readonly startFrame: number
  readonly endFrame: number
  /** Half-open range of source ticks, absolute as in `SourceTimes`: what its sound is cut to. */
  readonly startTick: bigint
  readonly endTick: bigint
  /** Where it starts in the output, in ticks from zero. Clips follow each other without a gap. */
  readonly outputTick: bigint
}

export interface OutputFrame {
  readonly clip: MappedClip
  readonly sourceFrame: number
  /** Presentation time in the output, ticks of the source's time base: distances between frames are exactly the source's. */
  readonly tick: bigint
  readonly durationTicks: bigint
}

/** Half-open range of samples of the source's sound, counted from the origin. */
export interface AudioRange {
  readonly startSample: number
  readonly endSample: number
}

export interface Chapter {
  readonly title: string
  readonly startTick: bigint
  readonly endTick: bigint
}

/** Times typed by people or computed by browsers carry rounding noise: a frame this close to a clip's edge counts as on it. */
const EDGE_NOISE_S = 1e-6

/**
 * The source frames each clip shows (`start_time ≤ t < end_time`), in the order of the clips, which may overlap or go back in time.
 * @throws AppError `invalid_request` naming a clip that shows no frame.
 */
export function mapClips(times: SourceTimes, clips: readonly Clip[]): MappedClip[] {
  let outputTick = 0n
  return clips.map((clip, index) => {
    const startFrame = frameAtOrAfter(times, clip.start_time)
    const endFrame = frameAtOrAfter(times, clip.end_time)
    if (endFrame <= startFrame) {
      const message = `Clip ${index + 1} (“${clip.label}”) shows no frame of this video: check its times.`
      throw new AppError('invalid_request', message, { field: `clips.${index}` })
    }
    const [startTick, endTick] = [tickOf(times, startFrame), tickOf(times, endFrame)]
    const mapped = { clip, startFrame, endFrame, startTick, endTick, outputTick }
    outputTick += endTick - startTick
    return mapped
  })
}

/** Every frame of the output, in order. */
export function* outputFrames(times: SourceTimes, clips: readonly MappedClip[]): Generator<OutputFrame> {
  for (const clip of clips)
    for (let sourceFrame = clip.startFrame; sourceFrame < clip.endFrame; sourceFrame += 1) {
      const tick = tickOf(times, sourceFrame)
      const durationTicks = tickOf(times, sourceFrame + 1) - tick
      yield { clip, sourceFrame, tick: clip.outputTick + tick - clip.startTick, durationTicks }
    }
}

/** One chapter a clip, in ticks of the output. */
export function clipChapters(clips: readonly MappedClip[]): Chapter[] {
  return clips.map(({ clip, startTick, endTick, outputTick }) => ({
    title: clip.label,
    startTick: outputTick,
    endTick: outputTick + endTick - startTick,
  }))
}

/**
 * The samples of sound that belong to each clip. Lengths are rounded at the clips' edges in the *output*, so a reel's sound never
 * drifts from its picture, however many clips it has.
 */
export function audioRanges(times: SourceTimes, clips: readonly MappedClip[], sampleRate: number): AudioRange[] {
  const sampleAt = (tick: bigint) => Math.round(tickSeconds(times, tick) * sampleRate)
  const origin = Math.round((times.originS ?? 0) * sampleRate)
  return clips.map(({ startTick, endTick, outputTick }) => {
    const startSample = sampleAt(startTick) - origin
    const length = sampleAt(outputTick + endTick - startTick) - sampleAt(outputTick)
    return { startSample, endSample: startSample + length }
  })
}

/** Seconds of a tick count, in double precision. */
export function tickSeconds({ timeBase }: Pick<SourceTimes, 'timeBase'>, tick: bigint): number {
  return (Number(tick) * timeBase.num) / timeBase.den
}

/** Tick at which a frame starts; for the frame after the last, where the video ends. */
function tickOf({ ticks, endTick, frameTicks = 1n }: SourceTimes, frame: number): bigint {
  const tick = ticks[frame]
  if (tick !== undefined) return tick
  const last = ticks.at(-1) ?? 0n
  if (endTick !== undefined && endTick > last) return endTick
  return last + (last - (ticks.at(-2) ?? last - frameTicks))
}

/** Index of the first frame that starts at or after a time; the number of frames when there is none. */
function frameAtOrAfter(times: SourceTimes, seconds: number): number {
  const wanted = seconds + (times.originS ?? 0) - EDGE_NOISE_S
  let [low, high] = [0, times.ticks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (tickSeconds(times, times.ticks[middle] ?? 0n) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
