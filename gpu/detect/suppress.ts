import type { BoundingBox } from '#lib/contracts/geometry.ts'
import type { Detection } from '#lib/core/tracking/types.ts'

/** More than this of one class in a frame is noise; it bounds the work of a hostile picture. */
const MAX_KEPT = 300
const MAX_CANDIDATES = 4000

/** Greedy non-maximum suppression, every class on its own: of boxes that overlap by more than `iouThreshold` the best stays. Sorted by score. */
export function suppress(detections: readonly Detection[], iouThreshold: number): Detection[] {
  const sorted = [...detections].sort((one, other) => other.score - one.score).slice(0, MAX_CANDIDATES)
  const kept: Detection[] = []
  for (const candidate of sorted) {
    if (kept.length >= MAX_KEPT) break
    const doubled = kept.some(
      ({ box, className }) => className === candidate.className && overlap(box, candidate.box) > iouThreshold,
    )
    if (!doubled) kept.push(candidate)
  }
  return kept
}

/** Intersection over union. */
export function overlap([ax1, ay1, ax2, ay2]: BoundingBox, [bx1, by1, bx2, by2]: BoundingBox): number {
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1)
  const height = Math.min(ay2, by2) - Math.max(ay1, by1)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared)
}
