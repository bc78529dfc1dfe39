import type { Series } from './series.ts'

/** A box that belongs in the frame, per grid point; NaN where it does not matter. Pixels, room around the subject not included. */
export interface BoxPath {
  readonly x1: Series
  readonly y1: Series
  readonly x2: Series
  readonly y2: Series
}

/** What the camera follows at a moment. */
export const FOLLOWING = ['nothing', 'ball', 'players', 'track'] as const
export type Following = (typeof FOLLOWING)[number]

/** What the camera is to show in one shot, before any thought of how it moves. */
export interface SubjectPath {
  /** Where to look; NaN where nothing is known. */
  readonly x: Series
  readonly y: Series
  /** Height of the people to be seen; NaN unknown. */
  readonly height: Series
  /** Must be in frame, then ought to be. */
  readonly must: BoxPath
  readonly ought: BoxPath
  /** How sure it is that this is the thing to show, 0–1. */
  readonly confidence: Series
  readonly following: readonly Following[]
  /** Players near the centre of attention. */
  readonly nearby: Uint16Array
}

export function emptyBoxes(count: number): BoxPath {
  const row = (): Series => new Float64Array(count).fill(Number.NaN)
  return { x1: row(), y1: row(), x2: row(), y2: row() }
}
