import { expect, test } from 'vitest'
import { formatTimecode, parseTimecode } from './timecode.ts'

test('times are written to the hundredth', () => {
  expect([0, 75.5, 59.999, 3675.04].map(formatTimecode)).toEqual(['0:00.00', '1:15.50', '1:00.00', '1:01:15.04'])
})

test('what is written can be read, and so can what people type', () => {
  for (const seconds of [0, 0.04, 12.5, 75.48, 5000.25])
    expect(parseTimecode(formatTimecode(seconds))).toBeCloseTo(seconds, 6)
  expect(['7', '7,5', ' 1:02 ', '1:00:00.5'].map(parseTimecode)).toEqual([7, 7.5, 62, 3600.5])
  for (const text of ['', 'x', '1:', '-3', '1:2:3:4', '1e5']) expect(parseTimecode(text)).toBeNull()
})
