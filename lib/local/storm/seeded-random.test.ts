import { expect, test } from 'vitest'
import { seededRandom } from './seeded-random.ts'

const draw = (seed: number, name?: string) => {
  const random = name === undefined ? seededRandom(seed) : seededRandom(seed).fork(name)
  return Array.from({ length: 8 }, () => random.between(1, 1000))
}

test('the same seed makes the same choices; another seed, or another fork, others', () => {
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1, 'kills')).toEqual(draw(1, 'kills'))
  const all = [draw(1), draw(2), draw(1, 'kills'), draw(1, 'events')].map((choices) => choices.join())
  expect(new Set(all).size).toBe(4)
})

test('a fork does not depend on what was drawn before it', () => {
  const random = seededRandom(7)
  random.next()
  expect(random.fork('kills').next()).toBe(seededRandom(7).fork('kills').next())
})

test('both ends of a range are reached, nothing beyond; a shuffle loses nothing', () => {
  const random = seededRandom(3)
  const draws = new Set(Array.from({ length: 200 }, () => random.between(2, 4)))
  expect([...draws].sort()).toEqual([2, 3, 4])
  const items = Array.from({ length: 50 }, (_, index) => index)
  const shuffled = random.shuffled(items)
  expect(shuffled).not.toEqual(items)
  expect(shuffled.sort((a, b) => a - b)).toEqual(items)
})
