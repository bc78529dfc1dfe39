import type { Point } from './decode-yunet.ts'

/** Rotation, scale and shift: `(a·x − b·y + tx, b·x + a·y + ty)`. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

export function applySimilarity({ a, b, tx, ty }: Similarity, x: number, y: number): Point {
  return [a * x - b * y + tx, b * x + a * y + ty]
}

export const scaleOf = ({ a, b }: Similarity): number => Math.hypot(a, b)

export function inverse({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b
  const [ia, ib] = [a / square, -b / square]
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) }
}

/** The similarity that brings points nearest to others in the least-squares sense (Umeyama, 1991, without mirroring). */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const mean = (points: readonly Point[], axis: 0 | 1) =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const [fx, fy, ux, uy] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)]
  let [dot, cross, square] = [0, 0, 0]
  for (const [index, [x, y]] of from.entries()) {
    const [u, v] = to[index] ?? [ux, uy]
    dot += (x - fx) * (u - ux) + (y - fy) * (v - uy)
    cross += (x - fx) * (v - uy) - (y - fy) * (u - ux)
    square += (x - fx) ** 2 + (y - fy) ** 2
  }
  const [a, b] = square === 0 ? [1, 0] : [dot / square, cross / square]
  return { a, b, tx: ux - (a * fx - b * fy), ty: uy - (b * fx + a * fy) }
}

/** Where FFHQ's faces, on which the restorer was trained, have their landmarks in a square of 512. */
const TEMPLATE: readonly Point[] = [
  [192.98, 239.95],
  [318.9, 240.19],
  [256.63, 314.02],
  [201.26, 371.41],
  [313.09, 371.15],
]

/** From the frame to the restorer's square of `side`. */
export function alignFace(landmarks: readonly Point[], side: number): Similarity {
  const scale = side / 512
  return fitSimilarity(
    landmarks,
    TEMPLATE.map(([x, y]): Point => [x * scale, y * scale]),
  )
}
