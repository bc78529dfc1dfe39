import { expect, it, onTestFinished } from 'vitest'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import type { OrtReply, OrtRequest, OrtThreadData } from './ort-thread.ts'
import { type OpenThread, WarmThreads } from './warm-threads.ts'

function openThread(key: string, memoryBytes: number): OpenThread {
  const data: OrtThreadData = {
    runtime: 'c-api',
    graph: { provider: 'cpu', threads: 1 },
    runOptions: new BigInt64Array(new SharedArrayBuffer(8)),
  }
  const thread = new WorkerThread<OrtRequest, OrtReply>(new URL('./ort-thread.ts', import.meta.url), { data })
  onTestFinished(() => thread.close())
  return { key, thread, opened: { memoryBytes } }
}

it('lets the least recently used go when there is too much', async () => {
  const warm = new WarmThreads(100)
  const [a, b, c] = [openThread('a', 40), openThread('b', 40), openThread('c', 40)]
  await warm.give(a)
  await warm.give(b)
  // Used again, `a` is newer than `b`.
  expect(warm.take('a')).toBe(a)
  await warm.give(a)
  await warm.give(c)
  expect([a, b, c].map(({ thread }) => thread.alive)).toEqual([true, false, true])
  expect([warm.bytes, warm.take('b')]).toEqual([80, undefined])
})

it('keeps nothing that is too large alone, and lends nothing twice', async () => {
  const warm = new WarmThreads(100)
  const [large, small] = [openThread('large', 101), openThread('small', 1)]
  await warm.give(large)
  expect([large.thread.alive, warm.bytes]).toEqual([false, 0])
  await warm.give(small)
  expect([warm.take('small'), warm.take('small')]).toEqual([small, undefined])
})

it('forgets a thread that has died, and lets everything go at the end', async () => {
  const warm = new WarmThreads(100)
  const [dead, alive] = [openThread('dead', 1), openThread('alive', 1)]
  await dead.thread.close()
  await warm.give(dead)
  expect(warm.take('dead')).toBeUndefined()
  await warm.give(alive)
  await warm.clear()
  expect([alive.thread.alive, warm.bytes]).toEqual([false, 0])
})
