import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { TaskProgress } from '#gpu/tasks/task-handler.ts'
import type { WorkerError } from '#lib/contracts/worker.ts'
import { Callbacks } from './callbacks.ts'

interface Heard {
  readonly what: string
  readonly body: { readonly seq?: number; readonly percent?: number }
}

/** An app that answers progress only when told to. */
async function slowApp() {
  const heard: Heard[] = []
  const waiting: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({ what: (request.url ?? '').slice(1), body: JSON.parse(Buffer.concat(chunks).toString()) })
    if (request.url === '/progress') await new Promise<void>((resolve) => waiting.push(resolve))
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const lost: string[] = []
  const callbacks = new Callbacks({
    input: {
      attempt_id: 'a',
      callback_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      callback_token: 't',
    },
    runpodJobId: 'r',
    workerId: 'w',
    policy: { tries: 1, baseMs: 1 },
    onLost: (what) => lost.push(what),
  })
  return { callbacks, heard, lost, answer: () => waiting.shift()?.() }
}

const at = (percent: number): TaskProgress => {
  return { stage: 'process', percent, frame: 0, framesTotal: 0, fps: 0, message: '' }
}
const FAILED: WorkerError = { code: 'internal', message: 'no', retryable: true }

it('sends the newest progress after a slow one, and leaves out those between', async () => {
  const { callbacks, heard, answer } = await slowApp()
  for (const percent of [10, 20, 30]) callbacks.progress(at(percent))
  await expect.poll(() => heard.length).toBe(1)
  answer()
  await expect.poll(() => heard.length).toBe(2)
  expect(heard.map(({ body }) => [body.seq, body.percent])).toEqual([
    [0, 10],
    [1, 30],
  ])
})

it('does not wait for progress at the end, and sends none after it', async () => {
  const { callbacks, heard, lost } = await slowApp()
  callbacks.progress(at(10))
  await expect.poll(() => heard.length).toBe(1)
  callbacks.progress(at(20))
  await callbacks.error(FAILED)
  callbacks.progress(at(30))
  expect(heard.map(({ what }) => what)).toEqual(['progress', 'error'])
  expect(lost).toEqual([])
})
