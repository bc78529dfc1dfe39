import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { IDENTITY } from '#lib/core/tracking/affine.ts'
import type { Affine } from '#lib/core/tracking/types.ts'
import { fitSimilarity, residual, type Similarity } from './fit-similarity.ts'
import { followPoints, type PointPair } from './follow-points.ts'
import { type LumaPlane, type Pyramid, pyramidOf } from './luma-plane.ts'

/** Three levels follow up to about 15 pixels of a plane 320 across: a fast pan. */
const LEVELS = 3
/** About so many points are looked at, on an even grid, but none closer than half a window to the next. */
const POINTS = 180
const MIN_STEP = 4
const MARGIN = 6
/** Pixels of the plane. */
const TOLERANCE = 0.6
/** The background must be seen in this many places, and in this share of them, or nothing is said. */
const MIN_INLIERS = 10
const MIN_SHARE = 0.35
/** Mean square of where points went, pixels² of the plane: what a motion explains of it must be more, and more than it leaves unexplained. */
const NOISE = 0.06 ** 2
/** No lens zooms further between two pictures: points that all run together are no camera's motion. */
const MAX_ZOOM = 1.5

export interface Moved {
  /** Previous plane's points → this one's, in pixels of the plane, edges at integers. Undefined: not known (a cut, a blur, no detail). */
  readonly camera: Affine | undefined
  readonly pyramid: Pyramid
}

/**
 * Shift, turn and zoom of the camera between two pictures of one size. `foreground` are boxes, in pixels of the plane, that move on
 * their own (people): nothing inside them counts.
 */
export function cameraMotion(
  previous: Pyramid | undefined,
  plane: LumaPlane,
  foreground: readonly BoundingBox[] = [],
): Moved {
  const pyramid = pyramidOf(plane, LEVELS)
  if (previous === undefined) return { camera: undefined, pyramid }
  const points = gridPoints(plane, foreground)
  const pairs = followPoints(previous, pyramid, points)
  const fit = fitSimilarity(pairs, TOLERANCE)
  if (fit === undefined || fit.inliers.length < MIN_INLIERS || fit.inliers.length < MIN_SHARE * pairs.length) {
    return { camera: undefined, pyramid }
  }
  const zoom = Math.hypot(fit.motion.a, fit.motion.b)
  if (!(zoom > 1 / MAX_ZOOM && zoom < MAX_ZOOM)) return { camera: undefined, pyramid }
  const unexplained = meanSquare(fit.inliers, fit.motion)
  const explained = meanSquare(fit.inliers, { a: 1, b: 0, tx: 0, ty: 0 }) - unexplained
  if (explained < Math.max(NOISE, unexplained)) return { camera: IDENTITY, pyramid }
  return { camera: edgeAligned(fit.motion), pyramid }
}

function gridPoints({ width, height }: LumaPlane, foreground: readonly BoundingBox[]): [number, number][] {
  const [across, down] = [width - 2 * MARGIN, height - 2 * MARGIN]
  if (across <= 0 || down <= 0) return []
  const step = Math.max(MIN_STEP, Math.sqrt((across * down) / POINTS))
  const points: [number, number][] = []
  for (let row = 0; (row + 0.5) * step < down; row++) {
    for (let column = 0; (column + 0.5) * step < across; column++) {
      const x = Math.round(MARGIN + (column + 0.5) * step)
      const y = Math.round(MARGIN + (row + 0.5) * step)
      const inside = foreground.some(([x1, y1, x2, y2]) => x > x1 - 2 && x < x2 + 2 && y > y1 - 2 && y < y2 + 2)
      if (!inside) points.push([x, y])
    }
  }
  return points
}

function meanSquare(pairs: readonly PointPair[], motion: Similarity): number {
  return pairs.reduce((sum, pair) => sum + residual(motion, pair) ** 2, 0) / pairs.length
}

/** Points were counted from pixel centres; boxes count from pixel edges, half a pixel away. */
function edgeAligned({ a, b, tx, ty }: Similarity): Affine {
  return [a, -b, tx + 0.5 * (1 - a + b), b, a, ty + 0.5 * (1 - b - a)]
}
