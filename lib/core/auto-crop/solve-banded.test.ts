import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BAND, bandedMatrix, solveBanded } from './solve-banded.ts'

it('solves what multiplying by the matrix made', () => {
  const size = fc.integer({ min: 1, max: 40 })
  const element = fc.double({ min: -1, max: 1, noNaN: true })
  const system = size.chain((n) =>
    fc.record({
      rows: fc.array(element, { minLength: n * BAND, maxLength: n * BAND }),
      x: fc.array(element, { minLength: n, maxLength: n }),
    }),
  )
  fc.assert(
    fc.property(system, ({ rows, x }) => {
      const matrix = bandedMatrix(x.length)
      // Heavier on the diagonal than beside it: positive definite.
      matrix.rows.set(rows.map((value, i) => (i % BAND === 0 ? 7 + value : value)))
      const element = (i: number, j: number): number => matrix.rows[Math.max(i, j) * BAND + Math.abs(i - j)] ?? 0
      const right = Float64Array.from(x, (_, i) =>
        x.reduce((sum, value, j) => (Math.abs(i - j) < BAND ? sum + element(i, j) * value : sum), 0),
      )
      solveBanded(matrix, right)
      for (const [i, value] of x.entries()) expect(right[i]).toBeCloseTo(value, 9)
    }),
  )
})
