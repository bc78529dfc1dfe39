import { at, clamp, type Series } from './series.ts'

/** Frames without a cut between them, half-open. */
export interface Shot {
  readonly startFrame: number
  readonly endFrame: number
}

/** Instants at equal distances from a shot's first frame to its last: what frames of any rate are resampled to. */
export interface TimeGrid {
  readonly startS: number
  readonly stepS: number
  readonly count: number
}

const GRID_RATE = 25

/** `cuts` are the first frames of new scenes, in any order; those outside the video are ignored. */
export function splitShots(frames: number, cuts: readonly number[]): Shot[] {
  const starts = [...new Set([0, ...cuts])].filter((cut) => cut >= 0 && cut < frames).sort((a, b) => a - b)
  return starts.map((startFrame, i) => ({ startFrame, endFrame: starts[i + 1] ?? frames }))
}

/** `times` are the frames' presentation times, ascending. */
export function gridOf(times: Series, { startFrame, endFrame }: Shot): TimeGrid {
  const startS = at(times, startFrame)
  const lengthS = at(times, endFrame - 1) - startS
  const steps = Math.max(1, Math.round(lengthS * GRID_RATE))
  return lengthS > 0 ? { startS, stepS: lengthS / steps, count: steps + 1 } : { startS, stepS: 1 / GRID_RATE, count: 1 }
}

/** Where on the grid a time lies; fractions between grid points. */
export function gridPosition({ startS, stepS, count }: TimeGrid, timeS: number): number {
  return clamp((timeS - startS) / stepS, 0, count - 1)
}

/** Grid points in a span of time. */
export function gridSteps({ stepS }: TimeGrid, spanS: number): number {
  return Math.round(spanS / stepS)
}
