import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ceilMicros, centsToMicros, exactCredits, formatCredits, formatUsd, microsToWholeCents } from './money.ts'

const ms = fc.nat({ max: 30 * 24 * 3_600_000 })
const rate = fc.nat({ max: 20_000 })
const markup = fc.nat({ max: 100_000 })

test('ten seconds at 190 micros a second and 3× cost 5,700 micros', () => {
  expect(ceilMicros(10_000, 190, 30_000)).toBe(5_700)
})

test('the smallest fraction of a micro is charged as one', () => {
  expect(ceilMicros(1, 1, 1)).toBe(1)
  expect(ceilMicros(0, 190, 30_000)).toBe(0)
})

test('the price is the least whole number that covers the exact product', () => {
  fc.assert(
    fc.property(ms, rate, markup, (durationMs, rateMicros, bps) => {
      const exact = BigInt(durationMs) * BigInt(rateMicros) * BigInt(bps)
      const price = BigInt(ceilMicros(durationMs, rateMicros, bps))
      expect(price * 10_000_000n >= exact && (price - 1n) * 10_000_000n < exact).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('a product beyond 2⁵³, where doubles go wrong, is exact', () => {
  expect(Math.ceil((20_009_999 * 19_999 * 30_001) / 1e7)).toBe(1_200_579_928)
  expect(ceilMicros(20_009_999, 19_999, 30_001)).toBe(1_200_579_929)
})

test('refuses what is not a whole number of units', () => {
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => ceilMicros(bad, 1, 1)).toThrow(RangeError)
  expect(() => ceilMicros(2 ** 52, 2 ** 40, 30_000)).toThrow(RangeError)
})

test('credits show two decimals, grouped, rounded as asked', () => {
  expect(formatCredits(12_345_678)).toBe('1,234.57')
  expect(formatCredits(12_345_678, 'down')).toBe('1,234.56')
  expect(formatCredits(1, 'up')).toBe('0.01')
  expect(formatCredits(-1, 'nearest')).toBe('0.00')
  expect(formatCredits(-12_350)).toBe('−1.24')
  expect(formatCredits(10_000_000_000_000)).toBe('1,000,000,000.00')
})

test('exact credits lose nothing', () => {
  expect(exactCredits(-1)).toBe('-0.0001')
  expect(exactCredits(12_345_678)).toBe('1234.5678')
  fc.assert(
    fc.property(fc.maxSafeInteger(), (micros) => BigInt(exactCredits(micros).replace('.', '')) === BigInt(micros)),
  )
})

test('dollars show cents', () => {
  expect(formatUsd(5_000_000)).toBe('$5.00')
  expect(formatUsd(-1_234_565_000)).toBe('−$1,234.57')
})

test('cents and micros convert exactly or not at all', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => microsToWholeCents(centsToMicros(cents)) === cents),
  )
  expect(() => microsToWholeCents(10_001)).toThrow(RangeError)
})
