import type { LumaPlane, Pyramid } from './luma-plane.ts'

/** Where a point of the previous picture is in this one, in pixels of the largest plane (pixel centres at integers). */
export interface PointPair {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
}

/** The window around a point is 9×9 pixels on every level. */
const RADIUS = 4
const SIDE = 2 * RADIUS + 1
const ITERATIONS = 6
/** Least eigenvalue of the mean structure tensor, (grey levels / pixel)²: below, a window slides along an edge or has no detail. */
const MIN_TEXTURE = 6
/** Mean difference of the matched windows, grey levels. */
const MAX_RESIDUAL = 12
/** A step shorter than this ends the search, pixels. */
const CONVERGED = 0.01

/**
 * Follows points with detail from one picture to the next: Lucas and Kanade's registration (1981) on a pyramid (Bouguet, 2001), in its
 * inverse compositional form (Baker and Matthews, 2004), where gradients are computed once. Points that cannot be followed are left out.
 */
export function followPoints(
  previous: Pyramid,
  current: Pyramid,
  points: readonly (readonly [x: number, y: number])[],
): PointPair[] {
  const window = new Window()
  return points.flatMap(([fromX, fromY]) => {
    let [shiftX, shiftY] = [0, 0]
    for (let level = previous.length - 1; level >= 0; level--) {
      const [from, to] = [previous[level], current[level]]
      if (from === undefined || to === undefined) return []
      const scale = 2 ** -level
      // A pixel of a coarser level covers 2^level of the finest: centres shift by half the difference.
      const [x, y] = [(fromX + 0.5) * scale - 0.5, (fromY + 0.5) * scale - 0.5]
      const textured = window.take(from, x, y)
      if (!textured && level === 0) return []
      if (textured) {
        const shift = window.register(to, shiftX, shiftY, level === 0)
        if (shift === undefined) return []
        ;[shiftX, shiftY] = shift
      }
      if (level > 0) [shiftX, shiftY] = [2 * shiftX, 2 * shiftY]
    }
    return [{ fromX, fromY, toX: fromX + shiftX, toY: fromY + shiftY }]
  })
}

/** A template with its gradients; reused from point to point so that nothing is allocated in the loops. */
class Window {
  readonly #values = new Float32Array(SIDE * SIDE)
  readonly #gradX = new Float32Array(SIDE * SIDE)
  readonly #gradY = new Float32Array(SIDE * SIDE)
  #x = 0
  #y = 0
  #xx = 0
  #xy = 0
  #yy = 0

  /** Answers whether there is detail to hold on to. */
  take(plane: LumaPlane, x: number, y: number): boolean {
    // Templates are cut at whole pixels; the point they stand for keeps its fraction.
    const [left, top] = [Math.round(x) - RADIUS, Math.round(y) - RADIUS]
    const { width, height, data } = plane
    if (left < 1 || top < 1 || left + SIDE >= width || top + SIDE >= height) return false
    ;[this.#x, this.#y] = [left, top]
    ;[this.#xx, this.#xy, this.#yy] = [0, 0, 0]
    for (let row = 0, at = 0; row < SIDE; row++) {
      for (let column = 0, from = (top + row) * width + left; column < SIDE; column++, from++, at++) {
        const gx = ((data[from + 1] as number) - (data[from - 1] as number)) / 2
        const gy = ((data[from + width] as number) - (data[from - width] as number)) / 2
        this.#values[at] = data[from] as number
        this.#gradX[at] = gx
        this.#gradY[at] = gy
        this.#xx += gx * gx
        this.#xy += gx * gy
        this.#yy += gy * gy
      }
    }
    const [mean, difference] = [(this.#xx + this.#yy) / 2, (this.#xx - this.#yy) / 2]
    const least = mean - Math.hypot(difference, this.#xy)
    return least / (SIDE * SIDE) >= MIN_TEXTURE
  }

  /** Where the template went in `plane`, from a first guess. `strict` also judges how well it fits. */
  register(plane: LumaPlane, guessX: number, guessY: number, strict: boolean): [number, number] | undefined {
    let [shiftX, shiftY, residual] = [guessX, guessY, 0]
    const determinant = this.#xx * this.#yy - this.#xy * this.#xy
    for (let round = 0; round < ITERATIONS; round++) {
      const [left, top] = [this.#x + shiftX, this.#y + shiftY]
      if (!(left >= 0 && top >= 0 && left + SIDE < plane.width && top + SIDE < plane.height)) return undefined
      const [errorX, errorY, difference] = this.#compare(plane, left, top)
      const stepX = (this.#yy * errorX - this.#xy * errorY) / determinant
      const stepY = (this.#xx * errorY - this.#xy * errorX) / determinant
      shiftX -= stepX
      shiftY -= stepY
      residual = difference
      if (stepX * stepX + stepY * stepY < CONVERGED * CONVERGED) break
    }
    if (strict && residual > MAX_RESIDUAL) return undefined
    return [shiftX, shiftY]
  }

  /** Gradient-weighted differences to the plane at a fractional place (bilinear), and the mean absolute one. */
  #compare({ width, data }: LumaPlane, left: number, top: number): [number, number, number] {
    const [x, y] = [Math.floor(left), Math.floor(top)]
    const [fx, fy] = [left - x, top - y]
    const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy]
    let [errorX, errorY, sum] = [0, 0, 0]
    for (let row = 0, at = 0; row < SIDE; row++) {
      for (let column = 0, from = (y + row) * width + x; column < SIDE; column++, from++, at++) {
        const above = w00 * (data[from] as number) + w10 * (data[from + 1] as number)
        const below = w01 * (data[from + width] as number) + w11 * (data[from + width + 1] as number)
        const error = above + below - (this.#values[at] as number)
        errorX += error * (this.#gradX[at] as number)
        errorY += error * (this.#gradY[at] as number)
        sum += Math.abs(error)
      }
    }
    return [errorX, errorY, sum / (SIDE * SIDE)]
  }
}
