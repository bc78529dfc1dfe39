import type { Track } from '#lib/contracts/tasks/track.ts'
import { at, type Series } from './series.ts'
import { gridPosition, type Shot, type TimeGrid } from './shots.ts'

/** A track's boxes at grid points `first`, `first + 1` …; NaN in gaps too long to bridge. Pixels. */
export interface GridTrack {
  readonly id: number
  readonly first: number
  readonly x1: Series
  readonly y1: Series
  readonly x2: Series
  readonly y2: Series
  /** Of the detections; NaN where the box was filled in. */
  readonly confidence: Series
}

type TrackBox = Track['frames'][number]

/**
 * The part of a track inside a shot, at the grid's instants. Between two boxes up to `maxGapS` apart it runs straight: a detector that
 * blinks for a moment does not stop the camera. Undefined when the track is not in the shot.
 */
export function resampleTrack(
  track: Track,
  times: Series,
  shot: Shot,
  grid: TimeGrid,
  maxGapS: number,
): GridTrack | undefined {
  const boxes = track.frames.slice(indexOf(track, shot.startFrame), indexOf(track, shot.endFrame))
  const [start, end] = [boxes[0], boxes.at(-1)]
  if (start === undefined || end === undefined) return undefined
  const place = ({ frame }: TrackBox): number => gridPosition(grid, at(times, frame))
  const first = Math.round(place(start))
  const length = Math.round(place(end)) - first + 1
  const row = (): Series => new Float64Array(length).fill(Number.NaN)
  const made = { id: track.track_id, first, x1: row(), y1: row(), x2: row(), y2: row(), confidence: row() }
  let from = start
  for (const to of boxes) {
    const [a, b] = [place(from), place(to)]
    if ((b - a) * grid.stepS <= maxGapS) fillBetween(made, from, to, a, b)
    else fillBetween(made, to, to, b, b)
    from = to
  }
  return made
}

/** Index of a track's first box at or after a frame. */
function indexOf({ frames }: Track, frame: number): number {
  let [low, high] = [0, frames.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((frames[middle]?.frame ?? frame) < frame) low = middle + 1
    else high = middle
  }
  return low
}

/** Grid points nearest to `a` … `b`, the boxes' places on the grid. */
function fillBetween(made: GridTrack, from: TrackBox, to: TrackBox, a: number, b: number): void {
  for (let point = Math.round(a); point <= Math.round(b); point++) {
    const part = b > a ? Math.min(1, Math.max(0, (point - a) / (b - a))) : 0
    const i = point - made.first
    made.x1[i] = from.bbox[0] + (to.bbox[0] - from.bbox[0]) * part
    made.y1[i] = from.bbox[1] + (to.bbox[1] - from.bbox[1]) * part
    made.x2[i] = from.bbox[2] + (to.bbox[2] - from.bbox[2]) * part
    made.y2[i] = from.bbox[3] + (to.bbox[3] - from.bbox[3]) * part
    const nearest = part < 0.5 ? from : to
    // A real box is near, or this point is in between two.
    const observed = Math.abs(point - (part < 0.5 ? a : b)) <= 1 && nearest.confidence > 0
    made.confidence[i] = observed ? nearest.confidence : Number.NaN
  }
}

/** Centre of the box at a grid point; NaN where there is none. */
export function centreX(track: GridTrack, point: number): number {
  const i = point - track.first
  return (at(track.x1, i) + at(track.x2, i)) / 2
}

export function centreY(track: GridTrack, point: number): number {
  const i = point - track.first
  return (at(track.y1, i) + at(track.y2, i)) / 2
}

export function heightAt(track: GridTrack, point: number): number {
  const i = point - track.first
  return at(track.y2, i) - at(track.y1, i)
}

/** The grid point after a track's last. */
export function endOf(track: GridTrack): number {
  return track.first + track.x1.length
}
