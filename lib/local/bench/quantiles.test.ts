import { expect, test } from 'vitest'
import { quantile } from './quantiles.ts'

test('the median of 1 to 99 is 50, the 99th percentile 99; order does not matter', () => {
  const samples = Array.from({ length: 99 }, (_, index) => 99 - index)
  expect([quantile(samples, 0.5), quantile(samples, 0.99)]).toEqual([50, 99])
})

test('one sample is every quantile; none is an error', () => {
  expect([quantile([7], 0), quantile([7], 0.5), quantile([7], 1)]).toEqual([7, 7, 7])
  expect(() => quantile([], 0.5)).toThrow('No samples')
})
