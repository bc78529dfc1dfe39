/** When each frame of a video is shown: what stepping, marks and the timeline go by. Seconds from the start of the video. */
export interface FrameClock {
  readonly frames: number
  /** Where the last frame ends. */
  readonly endS: number
  /** False while frame times are not known yet and an even rate stands in for them. */
  readonly exact: boolean
  /** The frame on the screen at a time; the first before it, the last after it. */
  frameAt(seconds: number): number
  /** When a frame begins; for `frames` and beyond, the end. */
  timeOf(frame: number): number
}

/** Players report frame times rounded to microseconds or so: a time this close to a frame's start means that frame. */
const NOISE_S = 1e-5

/** `times`: presentation times, ascending, one per frame. */
export function frameClock(times: Float64Array, endS: number): FrameClock {
  const last = times.at(-1) ?? 0
  const end = Math.max(endS, last)
  return {
    frames: times.length,
    endS: end,
    exact: true,
    frameAt: (seconds) => Math.max(0, lastAtOrBefore(times, seconds + NOISE_S)),
    timeOf: (frame) => times[Math.max(0, frame)] ?? end,
  }
}

/** Stands in until the real times are read. */
export function evenClock(fps: number, durationS: number): FrameClock {
  const rate = fps > 0 ? fps : 30
  const frames = Math.max(1, Math.round(durationS * rate))
  return {
    frames,
    endS: durationS,
    exact: false,
    frameAt: (seconds) => Math.min(frames - 1, Math.max(0, Math.floor((seconds + NOISE_S) * rate))),
    timeOf: (frame) => Math.min(durationS, Math.max(0, frame) / rate),
  }
}

/** Where to seek to so that exactly this frame is shown: not on its edge, where rounding may show the one before. */
export function seekTime(clock: FrameClock, frame: number): number {
  const start = clock.timeOf(frame)
  return start + Math.min(0.25 * Math.max(0, clock.timeOf(frame + 1) - start), 0.01)
}

function lastAtOrBefore(times: Float64Array, seconds: number): number {
  let [low, high] = [-1, times.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((times[middle] ?? 0) <= seconds) low = middle
    else high = middle - 1
  }
  return low
}
