import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cubicBSpline,
  gaussian,
  lanczos3,
  linear,
  type TapKernel,
  tapCount,
  WEIGHT_BITS,
  writeTaps,
} from './filter-taps.ts'

function taps(kernel: TapKernel, sourceCount: number, count: number, origin: number, step: number, gain = 1) {
  const perSample = tapCount(kernel, step, sourceCount, 2)
  const [starts, weights] = [new Int32Array(count), new Int16Array(count * perSample)]
  writeTaps({ kernel, sourceCount, count, origin, step, gain }, perSample, starts, weights)
  return Array.from({ length: count }, (_, i) => ({
    start: starts[i] ?? -1,
    weights: [...weights.subarray(i * perSample, (i + 1) * perSample)],
  }))
}

const ONE = 1 << WEIGHT_BITS

test('a sample in place is copied', () => {
  for (const { start, weights } of taps(lanczos3, 20, 4, 8, 1)) {
    expect(weights.filter((weight) => weight !== 0)).toEqual([ONE])
    expect(start + weights.indexOf(ONE)).toBeGreaterThanOrEqual(8)
  }
})

test('half way between samples Lanczos-3 has its known weights', () => {
  const [{ start, weights } = { start: 0, weights: [] }] = taps(lanczos3, 20, 1, 9.5, 1)
  expect(start).toBe(7)
  // sinc(x) sinc(x / 3) at 2.5, 1.5 and 0.5, divided by their sum.
  const known = [0.024_457, -0.135_859, 0.611_402]
  const exact = [...known, ...known.toReversed()]
  for (const [index, weight] of weights.entries()) expect(weight / ONE).toBeCloseTo(exact[index] ?? 0, 3)
})

test('past an end the last sample repeats', () => {
  const [{ start, weights } = { start: -1, weights: [] }] = taps(linear, 5, 1, -3.2, 1)
  expect({ start, first: weights[0] }).toEqual({ start: 0, first: ONE })
})

test('property: weights sum to the gain exactly, and none lies outside the samples', () => {
  const kernels = fc.constantFrom(lanczos3, cubicBSpline, linear, gaussian(1.9), gaussian(0.4), gaussian(2.2, true))
  const number = fc.double({ min: -50, max: 400, noNaN: true })
  const step = fc.oneof(fc.double({ min: 1e-3, max: 20, noNaN: true }), fc.constantFrom(1, 4 / 3, 1.5, 2, 3, 8))
  fc.assert(
    fc.property(
      kernels,
      fc.integer({ min: 1, max: 300 }),
      number,
      step,
      fc.constantFrom(1, 0.45),
      (kernel, count, origin, pace, gain) => {
        for (const { start, weights } of taps(kernel, count, 5, origin, pace, gain)) {
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(Math.round(gain * ONE))
          const last = start + weights.findLastIndex((weight) => weight !== 0)
          expect(start).toBeGreaterThanOrEqual(0)
          expect(last).toBeLessThan(count)
        }
      },
    ),
  )
})
