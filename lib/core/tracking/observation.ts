import { TUNING } from './tuning.ts'

/** A detection in stabilised coordinates, where it can be compared across frames. Lengths in pixels of the first frame. */
export interface Observation {
  /** Position of its frame in the list of frames (not the frame's number). */
  readonly at: number
  readonly timeS: number
  /** Centre. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** 0 where it was filled in. */
  readonly score: number
  readonly embedding?: Float32Array | undefined
}

/** One thing followed for a while: observations in order of time, at most one per frame. Never empty. */
export type Tracklet = Observation[]

/** Intersection over union of two boxes given by centre and size. */
export function overlapOf(
  ax: number,
  ay: number,
  aw: number,
  ah: number,
  bx: number,
  by: number,
  bw: number,
  bh: number,
): number {
  const width = Math.min(ax + aw / 2, bx + bw / 2) - Math.max(ax - aw / 2, bx - bw / 2)
  if (width <= 0) return 0
  const height = Math.min(ay + ah / 2, by + bh / 2) - Math.max(ay - ah / 2, by - bh / 2)
  if (height <= 0) return 0
  const both = width * height
  return both / (aw * ah + bw * bh - both)
}

/** A doubtful box is a badly measured one (Du et al., 2021, NSA Kalman), often because something hides half of it. */
export function looseness(score: number): number {
  return 1 + TUNING.doubt * Math.max(0, 0.8 - score)
}
