/** Samples as fixed-point numbers: one level of eight bits is 64, so that a recursive filter does not get stuck on whole levels. */
export const LEVEL = 64
export const BLOCK = 16
/** Every second sample of a block, both ways, is enough for its statistics. */
const STEP = 2

/** What changed in each block of a plane, row by row of blocks. */
export interface BlockChanges {
  readonly columns: number
  readonly rows: number
  /** Mean change: what flickering light does. */
  readonly mean: Float32Array
  /** Standard deviation of the change: noise, or motion. */
  readonly deviation: Float32Array
  /** Share of the change's variance that a small displacement explains: hardly any of noise, most of slow motion. */
  readonly displaced: Float32Array
}

export function newBlockChanges(width: number, height: number): BlockChanges {
  const [columns, rows] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)]
  const values = () => new Float32Array(columns * rows)
  return { columns, rows, mean: values(), deviation: values(), displaced: values() }
}

/**
 * Compares a plane with a reference, both fixed-point. Displacement is Lucas and Kanade's (1981): the change is regressed on the
 * reference's gradient, block by block.
 */
export function measureChanges(
  plane: Int32Array,
  reference: Int32Array,
  width: number,
  height: number,
  into: BlockChanges,
): void {
  for (let row = 0; row < into.rows; row++) {
    for (let column = 0; column < into.columns; column++) {
      const [left, top] = [Math.max(1, column * BLOCK), Math.max(1, row * BLOCK)]
      const [right, bottom] = [Math.min(width - 1, (column + 1) * BLOCK), Math.min(height - 1, (row + 1) * BLOCK)]
      measureBlock(plane, reference, { width, left, top, right, bottom }, into, row * into.columns + column)
    }
  }
}

interface Block {
  readonly width: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

function measureBlock(plane: Int32Array, reference: Int32Array, block: Block, into: BlockChanges, index: number): void {
  const { width, left, top, right, bottom } = block
  let [count, d, dd, gx, gy, gxx, gyy, gxy, dgx, dgy] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let y = top; y < bottom; y += STEP) {
    for (let at = y * width + left, end = y * width + right; at < end; at += STEP) {
      const change = ((plane[at] ?? 0) - (reference[at] ?? 0)) | 0
      const across = ((reference[at + 1] ?? 0) - (reference[at - 1] ?? 0)) | 0
      const down = ((reference[at + width] ?? 0) - (reference[at - width] ?? 0)) | 0
      count += 1
      d += change
      dd += change * change
      gx += across
      gy += down
      gxx += across * across
      gyy += down * down
      gxy += across * down
      dgx += change * across
      dgy += change * down
    }
  }
  const samples = Math.max(1, count)
  const covariance = (product: number, a: number, b: number) => product / samples - (a / samples) * (b / samples)
  const variance = Math.max(0, covariance(dd, d, d))
  // A level's worth of gradient keeps flat blocks from being divided by nothing.
  const [xx, yy] = [covariance(gxx, gx, gx) + LEVEL * LEVEL, covariance(gyy, gy, gy) + LEVEL * LEVEL]
  const [xy, dx, dy] = [covariance(gxy, gx, gy), covariance(dgx, d, gx), covariance(dgy, d, gy)]
  const explained = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / Math.max(1, xx * yy - xy * xy)
  into.mean[index] = d / samples
  into.deviation[index] = Math.sqrt(variance)
  into.displaced[index] = variance === 0 ? 0 : Math.min(1, explained / variance)
}
