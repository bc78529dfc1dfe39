import type { HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { Track } from '#lib/contracts/tasks/track.ts'
import type { Ellipse } from './highlight.ts'

/** Seconds; a detector jitters from frame to frame, a runner's box swings with the limbs more slowly. */
const CENTRE_SIGMA_S = 0.08
const SIZE_SIGMA_S = 0.3
/** A track that is missing for no longer than this is bridged in a straight line. */
const BRIDGE_S = 0.5
const FADE_S = 0.25
/** Some files claim tens of thousands: windows of so many frames would smooth for hours and bridge whole videos. */
const MAX_FPS = 240
/** A box holds the whole body; its corners are empty, so the ellipse need not go around them. */
const RADIUS_PER_HALF_BOX = 1.2
/** Radii never smaller than this, in pixels: a ball a few pixels wide must still be found. */
const SMALLEST_RADIUS = 4

/** Boxes of consecutive frames, smoothed: four values a frame (centre x, centre y, half width, half height). */
interface Run {
  readonly first: number
  readonly last: number
  readonly values: Float64Array
}

/** An ellipse around a track at a frame, with the radii a region asks for; `undefined` where the track is not. */
export type TrackEllipse = (
  frame: number,
  region: Pick<HighlightRegion, 'radius_x' | 'radius_y'>,
) => Omit<Ellipse, 'opacity'> | undefined

/**
 * An ellipse that follows a track. Smoothed in time without lag (a Gaussian looks as far ahead as back); where the track has no box for
 * longer than `BRIDGE_S` the ellipse stands still and fades out, and fades in before the next box.
 */
export function createTrackEllipse(track: Track, statedFps: number): TrackEllipse {
  const fps = Math.min(MAX_FPS, statedFps)
  const runs = findRuns(track, BRIDGE_S * fps).map((run) => smoothRun(run, fps))
  const fadeFrames = Math.max(1, FADE_S * fps)
  return (frame, region) => {
    const run = nearestRun(runs, frame)
    if (!run) return undefined
    const distance = Math.max(run.first - frame, frame - run.last, 0)
    const presence = 1 - distance / fadeFrames
    if (presence <= 0) return undefined
    const at = 4 * (Math.min(Math.max(frame, run.first), run.last) - run.first)
    const [x = 0, y = 0, halfWidth = 0, halfHeight = 0] = run.values.subarray(at, at + 4)
    return {
      x,
      y,
      radiusX: region.radius_x ?? Math.max(SMALLEST_RADIUS, halfWidth * RADIUS_PER_HALF_BOX),
      radiusY: region.radius_y ?? Math.max(SMALLEST_RADIUS, halfHeight * RADIUS_PER_HALF_BOX),
      presence,
    }
  }
}

/** Cuts a track where it is missing for too long and fills shorter gaps. */
function findRuns(track: Track, bridgeFrames: number): Run[] {
  const boxes = [...track.frames].sort((a, b) => a.frame - b.frame)
  const runs: Run[] = []
  let start = 0
  for (let i = 1; i <= boxes.length; i += 1) {
    const [before, next] = [boxes[i - 1], boxes[i]]
    if (before && next && next.frame - before.frame - 1 <= bridgeFrames) continue
    runs.push(fillRun(boxes.slice(start, i)))
    start = i
  }
  return runs
}

function fillRun(boxes: Track['frames']): Run {
  const first = boxes[0]?.frame ?? 0
  const last = boxes.at(-1)?.frame ?? first
  const values = new Float64Array(4 * (last - first + 1))
  for (const [i, box] of boxes.entries()) {
    const to = boxes[i + 1] ?? box
    const [a, b] = [centreAndHalf(box.bbox), centreAndHalf(to.bbox)]
    for (let frame = box.frame; frame <= to.frame; frame += 1) {
      const t = to.frame > box.frame ? (frame - box.frame) / (to.frame - box.frame) : 0
      for (let k = 0; k < 4; k += 1) values[4 * (frame - first) + k] = (a[k] ?? 0) + ((b[k] ?? 0) - (a[k] ?? 0)) * t
    }
  }
  return { first, last, values }
}

function centreAndHalf([x1, y1, x2, y2]: Track['frames'][number]['bbox']): number[] {
  return [(x1 + x2) / 2, (y1 + y2) / 2, Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2]
}

function smoothRun(run: Run, fps: number): Run {
  const values = new Float64Array(run.values.length)
  for (let k = 0; k < 4; k += 1) smooth(run.values, values, k, (k < 2 ? CENTRE_SIGMA_S : SIZE_SIGMA_S) * fps, k < 2)
  return { ...run, values }
}

/**
 * Gaussian over one of the four values. Past the ends the centre goes on as it came (odd reflection: a mean over half a window would
 * lag behind a runner), sizes are reflected, so that they stay positive.
 */
function smooth(from: Float64Array, to: Float64Array, k: number, sigma: number, odd: boolean): void {
  const count = from.length / 4
  const reach = Math.min(Math.ceil(3 * sigma), count - 1)
  const value = (i: number) => from[4 * i + k] ?? 0
  const [first, last] = [value(0), value(count - 1)]
  const extended = (i: number) => {
    if (i < 0) return odd ? 2 * first - value(-i) : value(-i)
    if (i >= count) return odd ? 2 * last - value(2 * count - 2 - i) : value(2 * count - 2 - i)
    return value(i)
  }
  const weights = Float64Array.from({ length: reach + 1 }, (_, d) => Math.exp(-(d * d) / (2 * sigma * sigma)))
  const total = weights.reduce((sum, weight) => sum + 2 * weight, -1)
  for (let i = 0; i < count; i += 1) {
    let sum = value(i)
    for (let d = 1; d <= reach; d += 1) sum += (weights[d] ?? 0) * (extended(i - d) + extended(i + d))
    to[4 * i + k] = sum / total
  }
}

/** The run that `frame` is in or closest to. */
function nearestRun(runs: readonly Run[], frame: number): Run | undefined {
  let [low, high] = [0, runs.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle]?.last ?? 0) >= frame) high = middle
    else low = middle + 1
  }
  const [before, next] = [runs[low - 1], runs[low]]
  if (!before || !next) return next
  return frame - before.last < next.first - frame ? before : next
}
