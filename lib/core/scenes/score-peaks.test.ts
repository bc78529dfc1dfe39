import { expect, test } from 'vitest'
import { scorePeaks } from './score-peaks.ts'

test('one frame’s cut stands out of a thousand, where it is in time', () => {
  const times = Array.from({ length: 1000 }, (_, frame) => 5 + frame / 25)
  const scores = times.map((_, frame) => (frame === 500 ? 80 : 1))
  const peaks = scorePeaks({ scores, times, endTime: 45 }, 10)
  expect([...peaks]).toEqual([1, 1, 1, 1, 1, 80, 1, 1, 1, 1])
})

test('columns go by time, not by frames: a pause between frames is a gap', () => {
  expect([...scorePeaks({ scores: [0, 3, 9], times: [0, 0.1, 3.9], endTime: 4 }, 4)]).toEqual([3, 0, 0, 9])
})

test('a single frame, or times behind the end, fall into the plot all the same', () => {
  expect([...scorePeaks({ scores: [7], times: [0], endTime: 0 }, 3)]).toEqual([7, 0, 0])
  expect([...scorePeaks({ scores: [0, 7], times: [0, 9], endTime: 4 }, 2)]).toEqual([0, 7])
})
