import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

test('never more run than there are places, and everyone gets their turn in order', async () => {
  const slots = new Slots(2)
  const { signal } = new AbortController()
  const order: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) =>
    slots.run(signal, async () => {
      order.push(number)
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
    })
  await Promise.all([1, 2, 3, 4, 5].map(work))
  expect([most, order]).toEqual([2, [1, 2, 3, 4, 5]])
})

test('whoever gives up in line, or fails in place, takes no place away', async () => {
  const slots = new Slots(1)
  const gone = new AbortController()
  const { signal } = new AbortController()
  const first = Promise.withResolvers<void>()
  const occupied = slots.run(signal, () => first.promise)
  const abandoned = slots.run(gone.signal, async () => 'never')
  gone.abort(new Error('gone'))
  await expect(abandoned).rejects.toThrow('gone')
  first.reject(new Error('failed'))
  await expect(occupied).rejects.toThrow('failed')
  expect(await slots.run(signal, async () => 'in')).toBe('in')
  await expect(slots.run(gone.signal, async () => 'never')).rejects.toThrow('gone')
})
