const CHUNK_ROWS = 1 << 13

/** A table of numbers that grows row by row without ever being copied. */
export class GrowingRows {
  readonly #columns: number
  readonly #chunks: Float64Array<ArrayBuffer>[] = []
  #count = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  get count(): number {
    return this.#count
  }

  /** All rows in order; the last chunk may have room left. */
  get chunks(): readonly Float64Array<ArrayBuffer>[] {
    return this.#chunks
  }

  push(row: readonly number[]): void {
    const offset = (this.#count % CHUNK_ROWS) * this.#columns
    if (offset === 0) this.#chunks.push(new Float64Array(CHUNK_ROWS * this.#columns))
    this.#chunks.at(-1)?.set(row, offset)
    this.#count += 1
  }
}

/** One row of such a table. */
export function rowAt(chunks: readonly Float64Array[], columns: number, index: number): number[] {
  const offset = (index % CHUNK_ROWS) * columns
  return [...(chunks[Math.floor(index / CHUNK_ROWS)]?.subarray(offset, offset + columns) ?? [])]
}
