import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAssigner } from './assign.ts'

/** Lowest total over every partial matching; an unmatched row costs `gate`. */
function bruteForce(cost: Float64Array, rows: number, columns: number, gate: number, row = 0, used = 0): number {
  if (row === rows) return 0
  let best = gate + bruteForce(cost, rows, columns, gate, row + 1, used)
  for (let column = 0; column < columns; column++) {
    const price = cost[row * columns + column] ?? 0
    if (used & (1 << column) || price > gate) continue
    best = Math.min(best, price + bruteForce(cost, rows, columns, gate, row + 1, used | (1 << column)))
  }
  return best
}

const problem = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    gate: fc.double({ min: 0.05, max: 1, noNaN: true }),
    cost: fc.array(
      fc.oneof(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 }).map((step) => step / 2),
        fc.constant(Number.POSITIVE_INFINITY),
      ),
      { minLength: rows * columns, maxLength: rows * columns },
    ),
  }),
)

describe('assignment', () => {
  test('is as cheap as the best of all matchings, never uses a pair dearer than the gate, nor a column twice', () => {
    const { assign } = createAssigner()
    fc.assert(
      fc.property(problem, ({ rows, columns, gate, cost }) => {
        const matrix = Float64Array.from(cost)
        const chosen = [...assign(matrix, rows, columns, gate).subarray(0, rows)]
        const taken = chosen.filter((column) => column >= 0)
        expect(new Set(taken).size).toBe(taken.length)
        let total = 0
        chosen.forEach((column, row) => {
          const price = column < 0 ? gate : (matrix[row * columns + column] ?? Number.NaN)
          expect(price).toBeLessThanOrEqual(gate)
          total += price
        })
        expect(total).toBeCloseTo(bruteForce(matrix, rows, columns, gate), 9)
      }),
      { numRuns: 600 },
    )
  })

  test('a chain of displaced preferences is resolved for the good of all', () => {
    // Greedy takes (0,0) for 0.1 and leaves row 1 with nothing.
    const cost = Float64Array.from([0.1, 0.2, 0.15, 0.9])
    expect([...createAssigner().assign(cost, 2, 2, 0.5).subarray(0, 2)]).toEqual([1, 0])
  })

  test('a large problem with a known optimum is solved', () => {
    const size = 200
    const cost = new Float64Array(size * size)
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        // Any other permutation is dearer by the rearrangement inequality.
        cost[row * size + column] = (row - ((column * 7) % size)) ** 2 / size ** 2
      }
    }
    const chosen = createAssigner().assign(cost, size, size, 10)
    for (let row = 0; row < size; row++) expect(((chosen[row] ?? -1) * 7) % size).toBe(row)
  })
})
