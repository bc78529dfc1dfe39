import { compose, IDENTITY, invert } from './affine.ts'
import type { Observation, Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'
import type { Affine } from './types.ts'

/**
 * Where the camera looked, frame by frame: the affine map of each frame's pixels to *stabilised* coordinates, in which what stands
 * still stays in place. Maps of frames close in time agree with each other; over half a minute the linear part (zoom, roll) leaks
 * back to identity, so that errors of an hour of small steps cannot add up to a degenerate map.
 */
export interface CameraPath {
  /** Six numbers a frame, as in `Affine`. */
  readonly maps: Float64Array
  /** Every map is the identity. */
  readonly isStill: boolean
}

const LEAK_S = 30

/** Centre and size. */
type Box = Pick<Observation, 'x' | 'y' | 'width' | 'height'>

export function stillCamera(frames: number): CameraPath {
  const maps = new Float64Array(6 * frames)
  for (let at = 0; at < frames; at++) maps.set(IDENTITY, 6 * at)
  return { maps, isStill: true }
}

/**
 * The path of a camera whose motion was measured.
 * @param steps per frame the map of the frame before to it; undefined where not known
 */
export function integrateCamera(
  steps: readonly (Affine | undefined)[],
  times: readonly number[],
  width: number,
  height: number,
): CameraPath {
  const path = { ...stillCamera(steps.length), isStill: false }
  let current: Affine = IDENTITY
  for (let at = 1; at < steps.length; at++) {
    const step = steps[at]
    if (step && isSound(step)) current = compose(current, invert(step))
    const keep = Math.exp(-((times[at] ?? 0) - (times[at - 1] ?? 0)) / LEAK_S)
    current = leak(current, isWithinZoom(current) ? keep : 0.5, width / 2, height / 2)
    path.maps.set(current, 6 * at)
  }
  return path
}

/** Cameras do not mirror, nor zoom by half between two frames; an estimate that says so is none. */
function isSound(step: Affine): boolean {
  const determinant = step[0] * step[4] - step[1] * step[3]
  return step.every(Number.isFinite) && determinant > 0.25 && determinant < 4
}

/** No lens zooms further within seconds; a path that says so has gathered errors. */
function isWithinZoom([a, b, , c, d]: Affine): boolean {
  const area = a * d - b * c
  return area > 1 / 64 && area < 64
}

/** Draws the linear part towards identity; the picture's centre stays where it is mapped to. */
function leak([a, b, tx, c, d, ty]: Affine, keep: number, x: number, y: number): Affine {
  const [e, f, g, h] = [keep * a + 1 - keep, keep * b, keep * c, keep * d + 1 - keep]
  return [e, f, tx + (a - e) * x + (b - f) * y, g, h, ty + (c - g) * x + (d - h) * y]
}

/** Into stabilised coordinates. A size grows with the root of the map's area. */
export function stabilise({ maps, isStill }: CameraPath, seen: Observation): Observation {
  if (isStill) return seen
  const o = 6 * seen.at
  const [a, b, c, d] = [maps[o] ?? 1, maps[o + 1] ?? 0, maps[o + 3] ?? 0, maps[o + 4] ?? 1]
  const scale = Math.sqrt(a * d - b * c)
  return {
    at: seen.at,
    timeS: seen.timeS,
    x: a * seen.x + b * seen.y + (maps[o + 2] ?? 0),
    y: c * seen.x + d * seen.y + (maps[o + 5] ?? 0),
    width: seen.width * scale,
    height: seen.height * scale,
    score: seen.score,
    embedding: seen.embedding,
  }
}

/** Back into the frame's pixels. */
export function project({ maps }: CameraPath, at: number, { x, y, width, height }: Box): Box {
  const o = 6 * at
  const [a, b, c, d] = [maps[o] ?? 1, maps[o + 1] ?? 0, maps[o + 3] ?? 0, maps[o + 4] ?? 1]
  const determinant = a * d - b * c
  const scale = Math.sqrt(determinant)
  const [dx, dy] = [x - (maps[o + 2] ?? 0), y - (maps[o + 5] ?? 0)]
  return {
    x: (d * dx - b * dy) / determinant,
    y: (a * dy - c * dx) / determinant,
    width: width / scale,
    height: height / scale,
  }
}

/**
 * The path with the motion that all tracked things share taken out, too: per step the median of their displacements. It is what is
 * left of the camera's motion, or all of it when it was not measured; when a whole team runs, following the team is as good, for
 * places are compared with each other's. A median needs company: with few tracks it shrinks towards no motion.
 * @param tracklets in the coordinates of `path`
 */
export function followCrowd(path: CameraPath, tracklets: readonly Tracklet[]): CameraPath {
  const frames = path.maps.length / 6
  const steps: { x: number[]; y: number[] }[] = Array.from({ length: frames }, () => ({ x: [], y: [] }))
  for (const tracklet of tracklets) {
    for (let index = 1; index < tracklet.length; index++) {
      const [before, after] = [tracklet[index - 1], tracklet[index]]
      if (!before || !after || after.at !== before.at + 1) continue
      steps[after.at]?.x.push(after.x - before.x)
      steps[after.at]?.y.push(after.y - before.y)
    }
  }
  const maps = path.maps.slice()
  let [x, y] = [0, 0]
  steps.forEach((step, at) => {
    x += shrunkMedian(step.x)
    y += shrunkMedian(step.y)
    maps[6 * at + 2] = (maps[6 * at + 2] ?? 0) - x
    maps[6 * at + 5] = (maps[6 * at + 5] ?? 0) - y
  })
  return { maps, isStill: false }
}

function shrunkMedian(values: number[]): number {
  if (values.length === 0) return 0
  values.sort((a, b) => a - b)
  const middle = values.length >> 1
  const upper = values[middle] ?? 0
  const median = values.length % 2 === 1 ? upper : ((values[middle - 1] ?? 0) + upper) / 2
  return (median * values.length) / (values.length + TUNING.camera.company)
}
