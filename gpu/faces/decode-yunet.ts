/** Side of the picture that YuNet takes: BGR, 0–255, float [1,3,side,side]. */
export const DETECTOR_SIDE = 320
const STRIDES = [8, 16, 32] as const

export type Point = readonly [x: number, y: number]

export interface Face {
  /** Left, top, width, height. */
  readonly box: readonly [x: number, y: number, width: number, height: number]
  readonly score: number
  /** The eye at the left of the picture, the other eye, the nose's tip, the mouth's left and right corner. */
  readonly landmarks: readonly Point[]
}

/** The network's outputs by name: `cls_8`, `obj_8`, `bbox_8`, `kps_8`, and the same for strides 16 and 32. */
export type YunetOutputs = (name: string) => ArrayLike<number>

const unit = (value: number): number => Math.min(1, Math.max(0, value))

/**
 * Faces in the network's picture, best first, overlaps removed. One anchor a cell: offsets count strides, sizes are their logarithms, and the score
 * is the geometric mean of class and objectness (libfacedetection).
 */
export function decodeYunet(outputs: YunetOutputs, leastScore: number): Face[] {
  const found: Face[] = []
  for (const stride of STRIDES) {
    const side = DETECTOR_SIDE / stride
    const [classes, objects] = [outputs(`cls_${stride}`), outputs(`obj_${stride}`)]
    const [boxes, points] = [outputs(`bbox_${stride}`), outputs(`kps_${stride}`)]
    for (let cell = 0; cell < side * side; cell++) {
      const score = Math.sqrt(unit(classes[cell] ?? 0) * unit(objects[cell] ?? 0))
      if (score < leastScore) continue
      const [column, row] = [cell % side, Math.floor(cell / side)]
      const at = (values: ArrayLike<number>, index: number) => values[index] ?? Number.NaN
      const [x, y] = [(column + at(boxes, 4 * cell)) * stride, (row + at(boxes, 4 * cell + 1)) * stride]
      const width = Math.exp(at(boxes, 4 * cell + 2)) * stride
      const height = Math.exp(at(boxes, 4 * cell + 3)) * stride
      const landmarks = [0, 1, 2, 3, 4].map(
        (point): Point => [
          (column + at(points, 10 * cell + 2 * point)) * stride,
          (row + at(points, 10 * cell + 2 * point + 1)) * stride,
        ],
      )
      found.push({ box: [x - width / 2, y - height / 2, width, height], score, landmarks })
    }
  }
  return withoutOverlaps(found)
}

const MOST_OVERLAP = 0.3

/** Greedy non-maximum suppression. */
export function withoutOverlaps(faces: readonly Face[]): Face[] {
  const kept: Face[] = []
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(face, other) <= MOST_OVERLAP)) kept.push(face)
  }
  return kept
}

function overlap({ box: [ax, ay, aw, ah] }: Face, { box: [bx, by, bw, bh] }: Face): number {
  const across = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx))
  const down = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by))
  return (across * down) / (aw * ah + bw * bh - across * down)
}
