import fc from 'fast-check'
import { expect, it } from 'vitest'
import { limitSpeed } from './limit-speed.ts'

const path = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
const limit = fc.double({ min: 0.01, max: 50, noNaN: true })

const steps = (values: Float64Array): number[] => [...values.subarray(1)].map((v, i) => v - (values[i] ?? 0))

it('never steps faster than allowed and never leaves the range of the path', () => {
  fc.assert(
    fc.property(path, limit, (values, most) => {
      const limited = limitSpeed(Float64Array.from(values), new Float64Array(values.length).fill(most))
      for (const step of steps(limited)) expect(Math.abs(step)).toBeLessThanOrEqual(most + 1e-9)
      expect(Math.max(...limited)).toBeLessThanOrEqual(Math.max(...values) + 1e-9)
      expect(Math.min(...limited)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9)
    }),
  )
})

it('leaves a slow path alone', () => {
  fc.assert(
    fc.property(path, (values) => {
      const most = Math.max(0, ...steps(Float64Array.from(values)).map(Math.abs))
      const limited = limitSpeed(Float64Array.from(values), new Float64Array(values.length).fill(most))
      for (const [i, value] of values.entries()) expect(limited[i]).toBeCloseTo(value, 9)
    }),
  )
})

it('does the same backwards', () => {
  fc.assert(
    fc.property(path, limit, (values, most) => {
      const allowed = new Float64Array(values.length).fill(most)
      const forwards = limitSpeed(Float64Array.from(values), allowed)
      const backwards = limitSpeed(Float64Array.from(values.toReversed()), allowed).toReversed()
      for (const [i, value] of forwards.entries()) expect(backwards[i]).toBeCloseTo(value, 9)
    }),
  )
})
