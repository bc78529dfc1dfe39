import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  API_KEY,
  clientsOf,
  eventually,
  SDK_TIMEOUT_MS,
  startWebhookReceiver,
  temporaryFolder,
  WORKER_KEY,
} from './testing/stand-in.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The stand-in as its own process, as it runs next to the product. */
function spawnMain(port: number, dataDir: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      RUNPOD_API_BASE: `http://localhost:${port}/v2`,
      RUNPOD_API_KEY: API_KEY,
      RUNPOD_WORKER_KEY: WORKER_KEY,
      LOCAL_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function startProcess(port: number, dataDir: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawnMain(port, dataDir, env)
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  expect(JSON.parse(String(line))).toEqual({ ready: true, url: `http://localhost:${port}/v2` })
  return child
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal)
  const [code] = await once(child, 'exit')
  return code
}

test('a kill in the middle of everything loses nothing', async () => {
  const hook = await startWebhookReceiver([500])
  const port = await freePort()
  const dataDir = await temporaryFolder()
  const { control, endpoint, job, run, status, worker } = clientsOf(`http://localhost:${port}/v2`)
  const first = await startProcess(port, dataDir)
  const gpu = worker('pod-1')
  const done = await run({ input: { n: 'done' }, webhook: hook.url })
  await gpu.takeOne()
  await gpu.report(done, { output: { kept: true } })
  await eventually(async () => expect((await job(done)).webhook_deliveries).toHaveLength(1))
  const running = await run({ input: { n: 'running' } })
  await gpu.takeOne()
  await gpu.report(running, { status: 'IN_PROGRESS', output: { percent: 10 } })
  const cancelled = await run({ input: { n: 'cancelled' } })
  await gpu.takeOne()
  await endpoint.cancel(cancelled, SDK_TIMEOUT_MS)
  const queued = await run({ input: { n: 'queued' } })
  await control('POST', 'clock', { advance_ms: 5000 })
  await kill(first, 'SIGKILL')

  await startProcess(port, dataDir)
  expect(await status(done)).toMatchObject({ status: 'COMPLETED', output: { kept: true } })
  expect(await status(running)).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1', output: { percent: 10 } })
  expect(await gpu.awaitStops()).toEqual([cancelled])
  expect(await gpu.report(running, { output: 'finished after the kill' })).toBe(200)
  expect(await status(running)).toMatchObject({ status: 'COMPLETED', output: 'finished after the kill' })
  expect(await gpu.takeOne()).toEqual({ id: queued, input: { n: 'queued' } })
  await control('POST', 'clock', { advance_ms: 5000 })
  await eventually(() => expect(hook.calls.map((call) => call.body.id)).toEqual([done, done]))
})

test('a job whose worker died with the server is re-queued after the restart', async () => {
  const port = await freePort()
  const dataDir = await temporaryFolder()
  const { run, worker } = clientsOf(`http://localhost:${port}/v2`)
  const first = await startProcess(port, dataDir)
  const id = await run({ input: { n: 1 } })
  await worker('pod-1').takeOne()
  await kill(first, 'SIGKILL')
  await startProcess(port, dataDir, { LOCAL_RUNPOD_WORKER_LOST_MS: '50' })
  expect((await worker('pod-2').takeOne()).id).toBe(id)
})

test('SIGTERM ends it cleanly even with a poll open, and its folder admits one server at a time', async () => {
  const port = await freePort()
  const dataDir = await temporaryFolder()
  const { untilPolling, worker } = clientsOf(`http://localhost:${port}/v2`)
  const first = await startProcess(port, dataDir)
  const second = spawnMain(await freePort(), dataDir)
  const complaint = text(second.stderr)
  expect(await once(second, 'exit')).toEqual([1, null])
  expect(await complaint).toContain('does another server use it?')
  const polling = worker('pod-1').take()
  polling.catch(() => {})
  await untilPolling('pod-1')
  expect(await kill(first, 'SIGTERM')).toBe(0)
  await expect(polling).rejects.toThrow()
})
