import { expect, it, onTestFinished, vi } from 'vitest'
import type { CountingRequest } from './testing/counting-thread.ts'
import { type ThreadOptions, WorkerThread } from './worker-thread.ts'

function start(options: ThreadOptions = {}) {
  const file = new URL('./testing/counting-thread.ts', import.meta.url)
  const thread = new WorkerThread<CountingRequest, number>(file, options)
  onTestFinished(() => thread.close())
  return thread
}
const LONG: CountingRequest = { kind: 'count', ms: 60_000 }
const SHORT: CountingRequest = { kind: 'count', ms: 1 }

it('answers in order, and goes on after a request that failed', async () => {
  const thread = start()
  const answers = [thread.call(SHORT), thread.call({ kind: 'fail' }), thread.call(SHORT)]
  expect(await Promise.allSettled(answers)).toMatchObject([
    { value: 1 },
    { status: 'rejected', reason: { message: 'it failed' } },
    { value: 3 },
  ])
})

it('rejects everything when the thread dies', async () => {
  const thread = start()
  const open = [thread.call({ kind: 'die' }), thread.call(SHORT)]
  for (const result of await Promise.allSettled(open))
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'the thread has ended' } })
  expect(thread.alive).toBe(false)
  await expect(thread.call(SHORT)).rejects.toThrow('the thread has ended')
  await thread.interrupt(new Error('too late'))
})

it('leaves what it does when it is interrupted, drops what waits, and can be used on', async () => {
  const onStop = vi.fn()
  const thread = start({ onStop })
  await thread.call(SHORT)
  const open = [thread.call(LONG), thread.call(LONG)]
  const results = Promise.allSettled(open)
  await thread.interrupt(new Error('enough'))
  for (const result of await results)
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
  expect(onStop).toHaveBeenCalledTimes(1)
  expect(await thread.call(SHORT)).toBeLessThanOrEqual(3)
  await thread.interrupt(new Error('nothing to do'))
  expect(onStop).toHaveBeenCalledTimes(1)
})

it('makes a call wait that comes while an interruption is under way', async () => {
  const thread = start()
  await thread.call(SHORT)
  const running = thread.call(LONG).catch((error: unknown) => error)
  const interruption = thread.interrupt(new Error('enough'))
  const next = thread.call(SHORT)
  expect(await running).toMatchObject({ message: 'enough' })
  await interruption
  // The first may not have begun when it was dropped.
  expect(await next).toBeGreaterThanOrEqual(2)
})

it('ends in the middle of a request when it is closed, as often as one likes', async () => {
  const thread = start()
  await thread.call(SHORT)
  const running = thread.call(LONG).catch((error: unknown) => error)
  await Promise.all([thread.close(), thread.close()])
  expect(await running).toMatchObject({ message: 'the thread was stopped' })
  await thread.close()
})
