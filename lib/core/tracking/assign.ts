/**
 * Exact linear assignment with gating: the set of pairs of lowest total cost where leaving a row and a column alone costs `gate`
 * together, so no pair dearer than `gate` is ever made. Shortest augmenting paths with dual prices (Jonker & Volgenant, 1987; the
 * rectangular form of Crouse, 2016). O(rows² · columns). Keeps its work arrays, so a call allocates nothing once they have grown.
 */
export interface Assigner {
  /**
   * `cost` is row-major, `rows × columns`; `Infinity` forbids a pair. Answers the column of every row, -1 for none, in an array that
   * the next call overwrites (valid in `[0, rows)`).
   */
  assign(cost: Float64Array, rows: number, columns: number, gate: number): Int32Array
}

export function createAssigner(): Assigner {
  let capacity = 0
  let rowPrice = new Float64Array(0)
  let columnPrice = new Float64Array(0)
  let distance = new Float64Array(0)
  let columnOf = new Int32Array(0)
  let rowOf = new Int32Array(0)
  let cameFrom = new Int32Array(0)
  let done = new Uint8Array(0)

  function reserve(size: number): void {
    if (size <= capacity) return
    capacity = Math.max(size, 2 * capacity, 64)
    rowPrice = new Float64Array(capacity)
    columnPrice = new Float64Array(capacity)
    distance = new Float64Array(capacity)
    columnOf = new Int32Array(capacity)
    rowOf = new Int32Array(capacity)
    cameFrom = new Int32Array(capacity)
    done = new Uint8Array(capacity)
  }

  /**
   * Dijkstra from a free row over reduced costs to the nearest free column. Row `i` has a private column `columns + i` of cost
   * `gate`: taking it means staying alone, so every row finds a place and a pair never costs more than it is worth.
   */
  function augment(cost: Float64Array, start: number, columns: number, width: number, gate: number): void {
    distance.fill(Number.POSITIVE_INFINITY, 0, width)
    done.fill(0, 0, width)
    let row = start
    let reached = 0
    let sink = -1
    while (sink < 0) {
      const price = rowPrice[row] ?? 0
      const base = row * columns
      let nearest = -1
      let shortest = Number.POSITIVE_INFINITY
      const own = columns + row
      for (let column = 0; column < columns; column++) {
        if (done[column]) continue
        const through = reached + (cost[base + column] ?? 0) - price - (columnPrice[column] ?? 0)
        if (through < (distance[column] ?? 0)) {
          distance[column] = through
          cameFrom[column] = row
        }
      }
      if (!done[own]) {
        const through = reached + gate - price - (columnPrice[own] ?? 0)
        if (through < (distance[own] ?? 0)) {
          distance[own] = through
          cameFrom[own] = row
        }
      }
      for (let column = 0; column < width; column++) {
        const far = distance[column] ?? 0
        if (done[column] || far > shortest) continue
        // Among equals a free column ends the search.
        if (far < shortest || (rowOf[column] ?? 0) < 0) {
          shortest = far
          nearest = column
        }
      }
      reached = shortest
      done[nearest] = 1
      if ((rowOf[nearest] ?? 0) < 0) sink = nearest
      else row = rowOf[nearest] ?? 0
    }
    updatePrices(start, width, reached)
    flip(start, sink)
  }

  function updatePrices(start: number, width: number, reached: number): void {
    rowPrice[start] = (rowPrice[start] ?? 0) + reached
    for (let column = 0; column < width; column++) {
      if (!done[column]) continue
      const slack = reached - (distance[column] ?? 0)
      columnPrice[column] = (columnPrice[column] ?? 0) - slack
      const row = rowOf[column] ?? -1
      if (row >= 0) rowPrice[row] = (rowPrice[row] ?? 0) + slack
    }
  }

  function flip(start: number, sink: number): void {
    let column = sink
    for (;;) {
      const row = cameFrom[column] ?? 0
      const next = columnOf[row] ?? -1
      rowOf[column] = row
      columnOf[row] = column
      if (row === start) return
      column = next
    }
  }

  return {
    assign(cost, rows, columns, gate) {
      const width = columns + rows
      reserve(width)
      rowPrice.fill(0, 0, rows)
      columnPrice.fill(0, 0, width)
      columnOf.fill(-1, 0, rows)
      rowOf.fill(-1, 0, width)
      for (let row = 0; row < rows; row++) augment(cost, row, columns, width, gate)
      for (let row = 0; row < rows; row++) if ((columnOf[row] ?? 0) >= columns) columnOf[row] = -1
      return columnOf
    },
  }
}
