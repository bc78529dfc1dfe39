import type { Affine } from './types.ts'

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0]

/** First `first`, then `then`. */
export function compose(then: Affine, first: Affine): Affine {
  const [a, b, tx, c, d, ty] = then
  const [e, f, ux, g, h, uy] = first
  return [a * e + b * g, a * f + b * h, a * ux + b * uy + tx, c * e + d * g, c * f + d * h, c * ux + d * uy + ty]
}

/** Throws when all points would fall on a line. */
export function invert([a, b, tx, c, d, ty]: Affine): Affine {
  const determinant = a * d - b * c
  if (Math.abs(determinant) < 1e-9) throw new Error('a flat motion cannot be undone')
  return [
    d / determinant,
    -b / determinant,
    (b * ty - d * tx) / determinant,
    -c / determinant,
    a / determinant,
    (c * tx - a * ty) / determinant,
  ]
}

/** The same motion where a point's coordinates are `x` and `y` times as large. */
export function enlarge([a, b, tx, c, d, ty]: Affine, x: number, y: number): Affine {
  return [a, (b * x) / y, tx * x, (c * y) / x, d, ty * y]
}

export function isIdentity(motion: Affine): boolean {
  return motion.every((value, index) => value === IDENTITY[index])
}
