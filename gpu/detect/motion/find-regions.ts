import type { LumaPlane } from '#gpu/tracking/luma-plane.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { UNSEEN } from './background.ts'

/** A connected patch of the picture that differs from the background, in pixels of the plane. */
export interface Region {
  readonly box: BoundingBox
  readonly pixels: number
  /** Mean difference, in thresholds: at least 1. */
  readonly contrast: number
}

/** Side of the cells that patches are put together from, pixels: gaps of a cell do not part a body. */
const CELL = 4
const MIN_THRESHOLD = 14
/** Share of the picture that may move; beyond, it is the light or the camera. */
const MAX_SHARE = 0.4

/** Patches that differ from the background by more than the picture's noise. Empty when nearly everything does. */
export function findRegions(plane: LumaPlane, background: Float32Array): Region[] {
  const difference = differences(plane, background)
  const threshold = Math.max(MIN_THRESHOLD, 5 * medianOf(difference))
  const cells = new Cells(plane, difference, threshold)
  if (cells.share > MAX_SHARE) return []
  return cells.patches()
}

/**
 * How far a pixel lies outside the range of the 3×3 background pixels around its place: a background that is a fraction of a pixel off
 * differs along every edge, but not from its own neighbourhood.
 */
function differences({ width, height, data }: LumaPlane, background: Float32Array): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1, end = (y + 1) * width - 1; at < end; at++) {
      let low = Number.POSITIVE_INFINITY
      let high = Number.NEGATIVE_INFINITY
      for (let line = at - width - 1; line <= at + width - 1; line += width) {
        for (let near = line; near < line + 3; near++) {
          const value = background[near] as number
          if (value < low) low = value
          if (value > high) high = value
        }
      }
      const value = data[at] as number
      if (low !== UNSEEN) out[at] = value > high ? value - high : value < low ? low - value : 0
    }
  }
  return out
}

/** Median of a sample of the values. */
function medianOf(values: Float32Array): number {
  const sample = values.filter((_, index) => index % 37 === 0).sort()
  return sample[sample.length >> 1] ?? 0
}

/** The picture in cells, each with what moved in it. */
class Cells {
  readonly share: number
  readonly #columns: number
  readonly #rows: number
  readonly #count: Uint16Array
  readonly #plane: LumaPlane
  readonly #difference: Float32Array
  readonly #threshold: number

  constructor(plane: LumaPlane, difference: Float32Array, threshold: number) {
    this.#plane = plane
    this.#difference = difference
    this.#threshold = threshold
    this.#columns = Math.ceil(plane.width / CELL)
    this.#rows = Math.ceil(plane.height / CELL)
    this.#count = new Uint16Array(this.#columns * this.#rows)
    let moved = 0
    for (let y = 0; y < plane.height; y++) {
      const line = Math.floor(y / CELL) * this.#columns
      for (let x = 0; x < plane.width; x++) {
        if ((difference[y * plane.width + x] as number) <= threshold) continue
        const cell = line + Math.floor(x / CELL)
        this.#count[cell] = (this.#count[cell] as number) + 1
        moved += 1
      }
    }
    this.share = moved / Math.max(1, plane.width * plane.height)
  }

  /** Cells that touch, also diagonally or across one empty cell above or below, are one patch. */
  patches(): Region[] {
    const open = new Uint8Array(this.#count.length)
    // A single stray pixel is noise.
    for (let cell = 0; cell < open.length; cell++) open[cell] = (this.#count[cell] as number) >= 2 ? 1 : 0
    const found: Region[] = []
    for (let cell = 0; cell < open.length; cell++) {
      if (open[cell] !== 1) continue
      const members = this.#flood(cell, open)
      found.push(this.#measure(members))
    }
    return found
  }

  #flood(start: number, open: Uint8Array): number[] {
    const members = [start]
    open[start] = 0
    for (let next = 0; next < members.length; next++) {
      const cell = members[next] as number
      const [row, column] = [Math.floor(cell / this.#columns), cell % this.#columns]
      for (let y = Math.max(0, row - 2); y <= Math.min(this.#rows - 1, row + 2); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(this.#columns - 1, column + 1); x++) {
          const near = y * this.#columns + x
          if (open[near] !== 1) continue
          open[near] = 0
          members.push(near)
        }
      }
    }
    return members
  }

  #measure(members: readonly number[]): Region {
    const { width, height } = this.#plane
    let [x1, y1, x2, y2, pixels, sum] = [width, height, 0, 0, 0, 0]
    for (const cell of members) {
      const [top, left] = [Math.floor(cell / this.#columns) * CELL, (cell % this.#columns) * CELL]
      for (let y = top; y < Math.min(height, top + CELL); y++) {
        for (let x = left; x < Math.min(width, left + CELL); x++) {
          const value = this.#difference[y * width + x] as number
          if (value <= this.#threshold) continue
          ;[x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)]
          pixels += 1
          sum += value
        }
      }
    }
    return { box: [x1, y1, x2, y2], pixels, contrast: sum / pixels / this.#threshold }
  }
}
