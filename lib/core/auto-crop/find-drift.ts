import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { centreX, centreY, endOf, type GridTrack } from './resample-track.ts'
import { at, rollingMean, type Series } from './series.ts'
import { gridPosition, gridSteps, type Shot, type TimeGrid } from './shots.ts'

/** How the picture moves because the filming camera pans: px/s per grid point. */
export interface Drift {
  readonly x: Series
  readonly y: Series
  /** Seen on the background, not guessed from those who move on it. */
  readonly isMeasured: boolean
}

/** Speeds are measured over this long to both sides: box jitter would drown shorter ones. */
const SPEED_REACH_S = 0.2
/** Speeds this near to each other are one, in heights of a player per second. */
const SAME_SPEED = 0.4
/** Fewer things moving alike are no background. */
const FEWEST_ALIKE = 3
/** A camera at rest is more likely than any one pan. */
const REST_BONUS = 1.5
const STEADY_S = 0.2

/** Pixels per second at a grid point; NaN where the track is not known on both sides. */
export function speedOf(
  track: GridTrack,
  point: number,
  grid: TimeGrid,
  coordinate: (track: GridTrack, point: number) => number,
): number {
  const reach = Math.max(1, gridSteps(grid, SPEED_REACH_S))
  const from = Math.max(track.first, point - reach)
  const to = Math.min(endOf(track) - 1, point + reach)
  return (coordinate(track, to) - coordinate(track, from)) / ((to - from) * grid.stepS)
}

/**
 * The background has no boxes, but what stands still on it (spectators, waiting players, mistaken balls) all moves alike, while those
 * who run each have a speed of their own: the drift is the most common velocity.
 */
export function findDrift(tracks: readonly GridTrack[], grid: TimeGrid, playerHeight: number): Drift {
  const drift = { x: new Float64Array(grid.count), y: new Float64Array(grid.count) }
  const speeds: [x: number, y: number][][] = Array.from({ length: grid.count }, () => [])
  for (const track of tracks) {
    for (let point = track.first; point < endOf(track); point++) {
      const x = speedOf(track, point, grid, centreX)
      if (!Number.isNaN(x)) speeds[point]?.push([x, speedOf(track, point, grid, centreY)])
    }
  }
  const alike = SAME_SPEED * playerHeight
  for (const [point, row] of speeds.entries()) {
    const [x, y] = mostCommon(row, alike)
    drift.x[point] = x
    drift.y[point] = y
  }
  const reach = gridSteps(grid, STEADY_S)
  return { x: rollingMean(drift.x, reach), y: rollingMean(drift.y, reach), isMeasured: false }
}

/** A shot whose camera motion is known in less than this share of its frames is one of which it is not known. */
const KNOWN_SHARE = 0.7

/** The drift as the tracker measured it on the background; `undefined` when the file does not tell. */
export function readDrift({ camera }: TracksFile, times: Series, shot: Shot, grid: TimeGrid): Drift | undefined {
  const frames = shot.endFrame - shot.startFrame
  if (camera === undefined || frames < 2) return undefined
  const place = { x: new Float64Array(grid.count), y: new Float64Array(grid.count) }
  let known = 0
  let [x, y] = [0, 0]
  let point = 0
  for (let frame = shot.startFrame + 1; frame < shot.endFrame; frame++) {
    const step = camera[frame]
    const until = gridPosition(grid, at(times, frame))
    const since = gridPosition(grid, at(times, frame - 1))
    for (; point <= until && point < grid.count; point++) {
      const part = until > since ? (point - since) / (until - since) : 1
      place.x[point] = x + part * (step?.[0] ?? 0)
      place.y[point] = y + part * (step?.[1] ?? 0)
    }
    if (step) known++
    x += step?.[0] ?? 0
    y += step?.[1] ?? 0
  }
  if (known < KNOWN_SHARE * (frames - 1)) return undefined
  const reach = Math.max(1, gridSteps(grid, SPEED_REACH_S))
  const speed = (row: Series): Series =>
    row.map((_, i) => {
      const [from, to] = [Math.max(0, i - reach), Math.min(grid.count - 1, i + reach)]
      return (at(row, to) - at(row, from)) / ((to - from) * grid.stepS)
    })
  return { x: speed(place.x), y: speed(place.y), isMeasured: true }
}

/** The mean of the velocities around which most lie; rest when too few agree. */
function mostCommon(speeds: readonly [number, number][], alike: number): readonly [number, number] {
  const around = (x: number, y: number): (readonly [number, number])[] =>
    speeds.filter(([a, b]) => Math.abs(a - x) < alike && Math.abs(b - y) < alike)
  let best = around(0, 0)
  let most = best.length * REST_BONUS
  if (most * 2 > speeds.length) return [0, 0]
  let isRest = true
  for (const [x, y] of speeds) {
    const group = around(x, y)
    if (group.length > most) [best, most, isRest] = [group, group.length, false]
  }
  if (isRest || best.length < FEWEST_ALIKE) return [0, 0]
  const sum = best.reduce(([x, y], [a, b]) => [x + a, y + b] as const, [0, 0] as const)
  return [sum[0] / best.length, sum[1] / best.length]
}
