import type { PointPair } from './follow-points.ts'

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: shift, turn and zoom. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

const TRIALS = 80
const REFITS = 3

/**
 * The similarity most pairs agree on within `tolerance` pixels (random sample consensus, Fischler and Bolles, 1981; seeded, so that a
 * video always gives the same tracks), refitted by least squares to those that agree. Undefined for fewer than two pairs.
 */
export function fitSimilarity(
  pairs: readonly PointPair[],
  tolerance: number,
): { readonly motion: Similarity; readonly inliers: readonly PointPair[] } | undefined {
  if (pairs.length < 2) return undefined
  let best: readonly PointPair[] = []
  let seed = 1
  // Numerical Recipes' linear congruential generator.
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * limit)
  }
  for (let trial = 0; trial < TRIALS; trial++) {
    const [one, other] = [pairs[random(pairs.length)], pairs[random(pairs.length)]]
    if (one === undefined || other === undefined || one === other) continue
    const motion = leastSquares([one, other])
    if (motion === undefined) continue
    const agreeing = agree(pairs, motion, tolerance)
    if (agreeing.length > best.length) best = agreeing
  }
  let motion = leastSquares(best)
  for (let refit = 1; refit < REFITS && motion !== undefined; refit++) {
    best = agree(pairs, motion, tolerance)
    motion = leastSquares(best)
  }
  return motion && { motion, inliers: best }
}

export function residual({ a, b, tx, ty }: Similarity, { fromX, fromY, toX, toY }: PointPair): number {
  return Math.hypot(a * fromX - b * fromY + tx - toX, b * fromX + a * fromY + ty - toY)
}

function agree(pairs: readonly PointPair[], motion: Similarity, tolerance: number): PointPair[] {
  return pairs.filter((pair) => residual(motion, pair) <= tolerance)
}

/** Umeyama's closed form (1991) in two dimensions. Undefined when all points are one. */
function leastSquares(pairs: readonly PointPair[]): Similarity | undefined {
  const count = pairs.length
  if (count < 2) return undefined
  const mean = (pick: (pair: PointPair) => number) => pairs.reduce((sum, pair) => sum + pick(pair), 0) / count
  const [fromX, fromY] = [mean((pair) => pair.fromX), mean((pair) => pair.fromY)]
  const [toX, toY] = [mean((pair) => pair.toX), mean((pair) => pair.toY)]
  let [spread, along, across] = [0, 0, 0]
  for (const pair of pairs) {
    const [px, py, qx, qy] = [pair.fromX - fromX, pair.fromY - fromY, pair.toX - toX, pair.toY - toY]
    spread += px * px + py * py
    along += px * qx + py * qy
    across += px * qy - py * qx
  }
  if (spread < 1e-6) return undefined
  const [a, b] = [along / spread, across / spread]
  return { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY }
}
