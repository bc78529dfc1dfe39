import { expect, it } from 'vitest'
import type { Detection } from '#lib/core/tracking/types.ts'
import { keepBest, overlap, suppress } from './suppress.ts'

const seen = (x: number, score: number, className = 'person'): Detection => ({
  box: [x, 0, x + 10, 20],
  score,
  className,
})

it('measures intersection over union', () => {
  expect(overlap([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(1 / 3, 12)
  expect(overlap([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1)
  expect(overlap([0, 0, 10, 10], [10, 0, 20, 10])).toBe(0)
})

it('keeps the best of boxes that overlap, in order of score', () => {
  // Neighbours overlap by 7/13, boxes two apart by 4/16.
  const kept = suppress([seen(0, 0.5), seen(3, 0.9), seen(6, 0.6), seen(40, 0.7)], 0.45)
  expect(kept.map(({ score }) => score)).toEqual([0.9, 0.7])
  expect(suppress([seen(0, 0.5), seen(3, 0.9), seen(6, 0.6)], 0.6)).toHaveLength(3)
})

it('does not let a box that was dropped drop others', () => {
  expect(suppress([seen(0, 0.9), seen(3, 0.8), seen(6, 0.7)], 0.45).map(({ score }) => score)).toEqual([0.9, 0.7])
})

it('treats every class on its own', () => {
  expect(suppress([seen(0, 0.9), seen(0, 0.8, 'sports ball')], 0.45)).toHaveLength(2)
})

it('bounds what a picture full of noise can cost', () => {
  const noise = Array.from({ length: 20_000 }, (_, index) => seen(index * 30, (index % 97) / 97))
  expect(suppress(noise, 0.45)).toHaveLength(300)
})

it('keeps the doubtful ball of a picture full of people', () => {
  const crowd = Array.from({ length: 5000 }, (_, index) => seen(index * 30, 0.9))
  const kept = suppress([...crowd, seen(7, 0.06, 'sports ball')], 0.45)
  expect(kept).toHaveLength(301)
  expect(kept.at(-1)).toMatchObject({ className: 'sports ball', score: 0.06 })
})

it('takes no more balls than a tracker can compare', () => {
  const flakes = Array.from({ length: 500 }, (_, index) => seen(index * 30, index / 500, 'sports ball'))
  expect(suppress(flakes, 0.45)).toHaveLength(30)
  const best = keepBest([...flakes, seen(0, 0.01)])
  expect(best).toHaveLength(31)
  expect(best[0]?.score).toBe(499 / 500)
  expect(best.at(-1)?.className).toBe('person')
})
