import { expect, test } from 'vitest'
import { newId } from './ids.ts'

test('an id carries its prefix, then 26 characters that are safe in URLs and read out loud', () => {
  expect(newId('job')).toMatch(/^job_[0-9a-hjkmnp-tv-z]{26}$/)
})

test('ids sort by the millisecond they were made in', () => {
  const times = [0, 1, 31, 32, 1_000_000, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 1, 2 ** 48 - 1]
  const ids = times.map((timeMs) => newId('x', timeMs))
  expect([...ids].sort()).toEqual(ids)
})

test('ten thousand ids of one millisecond are all different', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('x', 5))
  expect(new Set(ids).size).toBe(10_000)
})

test('every one of the 32 characters is used about equally often in the random part', () => {
  const counts = new Map<string, number>()
  const ids = Array.from({ length: 4000 }, () => newId('x', 0).slice('x_'.length + 10))
  for (const character of ids.join('')) counts.set(character, (counts.get(character) ?? 0) + 1)
  expect(counts.size).toBe(32)
  // 64,000 draws: 2,000 each, standard deviation 44. Ten of those is never seen by chance.
  for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(440)
})
