import { expect, it } from 'vitest'
import { BoundedQueue } from './queue.ts'

it('makes a push wait while it is full', async () => {
  const queue = new BoundedQueue<number>(1)
  await queue.push(1)
  let pushed = false
  const second = queue.push(2).then(() => {
    pushed = true
  })
  await Promise.resolve()
  expect(pushed).toBe(false)
  expect(await queue.take()).toBe(1)
  await second
  expect(await queue.take()).toBe(2)
})

it('hands out what is left after it was closed, then nothing', async () => {
  const queue = new BoundedQueue<string>(2, ['last'])
  queue.close()
  expect(await queue.take()).toBe('last')
  expect(await queue.take()).toBeUndefined()
})

it('gives a failure to those who wait and those who come later', async () => {
  const queue = new BoundedQueue<number>(1)
  const waiting = queue.take()
  queue.fail(new Error('decoder died'))
  await expect(waiting).rejects.toThrow('decoder died')
  await expect(queue.take()).rejects.toThrow('decoder died')
  await expect(queue.push(1)).rejects.toThrow('decoder died')
})
