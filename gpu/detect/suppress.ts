import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { BALL_CLASS, type Detection } from '#lib/core/tracking/types.ts'

/** More of one class in a frame is noise. It bounds the work of a hostile picture, here and in the tracker, which compares balls pair by pair. */
const MOST = 300
const MOST_BALLS = 30
const MAX_CANDIDATES = 4000

/**
 * Greedy non-maximum suppression, every class on its own: of boxes that overlap by more than `iouThreshold` the best stays. Sorted by score.
 * Limits are per class, too: a crowd of sure people must not push out the doubtful ball.
 */
export function suppress(detections: readonly Detection[], iouThreshold: number): Detection[] {
  const kept = [...Map.groupBy(detections, ({ className }) => className).values()].flatMap((members) => {
    const sorted = members.sort(bestFirst).slice(0, MAX_CANDIDATES)
    const apart: Detection[] = []
    for (const candidate of sorted) {
      if (apart.length >= mostOf(candidate)) break
      if (!apart.some(({ box }) => overlap(box, candidate.box) > iouThreshold)) apart.push(candidate)
    }
    return apart
  })
  return kept.sort(bestFirst)
}

/** The best of every class, as many as there may be. Sorted by score. */
export function keepBest(detections: readonly Detection[]): Detection[] {
  const counts = new Map<string, number>()
  return [...detections].sort(bestFirst).filter((detection) => {
    const count = (counts.get(detection.className) ?? 0) + 1
    counts.set(detection.className, count)
    return count <= mostOf(detection)
  })
}

function mostOf({ className }: Detection): number {
  return className === BALL_CLASS ? MOST_BALLS : MOST
}

function bestFirst(one: Detection, other: Detection): number {
  return other.score - one.score
}

/** Intersection over union. */
export function overlap([ax1, ay1, ax2, ay2]: BoundingBox, [bx1, by1, bx2, by2]: BoundingBox): number {
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1)
  const height = Math.min(ay2, by2) - Math.max(ay1, by1)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared)
}
