import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { makeLog } from '#gpu/log.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { ENDPOINT_ID, eventually, startStandIn, WORKER_KEY } from '#lib/local/runpod/testing/stand-in.ts'
import { workerEnv } from '#lib/local/runpod/worker-env.ts'
import { takeJobs } from './job-queue.ts'
import { readRunpodEnv } from './runpod-env.ts'
import { type ServeOptions, serve } from './serve.ts'

const DONE: WorkerCompleted = {
  status: 'completed',
  outputs: {},
  stats: {
    frames_in: 1,
    frames_out: 1,
    input_resolution: '2x2',
    output_resolution: '4x4',
    duration_sec: 1,
    video_sec: 1,
    audio_sec: null,
    processing_time_sec: 1,
    gpu_seconds: 1,
    device: 'cpu',
  },
}
const PAUSES = { errorMs: 5, rateLimitMs: 20 }

/** `serve` in this process against the stand-in, with the job's work given by the test. */
async function startServing(run: ServeOptions['run'], overrides: Partial<ServeOptions> = {}) {
  const runpod = await startStandIn()
  const podId = `pod-${randomUUID()}`
  const env = readRunpodEnv(
    workerEnv({ url: runpod.url, workerKey: WORKER_KEY, endpointId: ENDPOINT_ID, podId, pingIntervalMs: 100 }),
  )
  const stop = new AbortController()
  const lines: string[] = []
  const serving = () =>
    serve({
      env,
      concurrency: 1,
      log: makeLog(true, (line) => lines.push(line)),
      run,
      stop: stop.signal,
      graceMs: 0,
      policy: { tries: 3, baseMs: 5 },
      pauses: PAUSES,
      ...overrides,
    })
  const me = async () => {
    const { body } = await runpod.control('GET', 'workers')
    return (body as { workers: { id: string }[] }).workers.find(({ id }) => id === podId)
  }
  return { runpod, podId, me, lines, stop, serving }
}

/** Starts it and stops it when the test ends. */
async function serving(run: ServeOptions['run'], overrides: Partial<ServeOptions> = {}) {
  const started = await startServing(run, overrides)
  const ended = started.serving()
  onTestFinished(async () => {
    started.stop.abort()
    await ended
  })
  return { ...started, ended }
}

it('takes as many jobs as it may work on, in one request, and names them all in its heartbeat', async () => {
  const release: (() => void)[] = []
  const work = () => new Promise<WorkerCompleted>((resolve) => release.push(() => resolve(DONE)))
  const started = await startServing(work, { concurrency: 3 })
  const ids = [await started.runpod.run({ input: {} }), await started.runpod.run({ input: {} })]
  const ended = started.serving()
  await eventually(() => expect(release).toHaveLength(2))
  await eventually(async () => expect(await started.me()).toMatchObject({ pinged_job_ids: ids }))
  // One place is left: the next is taken while the others run.
  const third = await started.runpod.run({ input: {} })
  await eventually(() => expect(release).toHaveLength(3))
  for (const finish of release) finish()
  for (const id of [...ids, third]) {
    await eventually(async () => expect((await started.runpod.status(id)).status).toBe('COMPLETED'))
  }
  started.stop.abort()
  await ended
})

it('posts a result again until RunPod takes it', async () => {
  const { runpod } = await serving(async () => DONE)
  await runpod.fault({ action: 'status', status: 502, times: 2, operation: 'job-done' })
  const id = await runpod.run({ input: {} })
  await eventually(async () => expect(await runpod.status(id)).toMatchObject({ status: 'COMPLETED', output: DONE }))
})

it('lives through a result that nobody takes', async () => {
  const { runpod, lines } = await serving(async () => DONE)
  await runpod.fault({ action: 'status', status: 500, times: 6, operation: 'job-done' })
  await runpod.run({ input: {} })
  await eventually(() => expect(lines.join('\n')).toMatch(/result lost: .*RunPod answered 500/))
  await runpod.control('DELETE', 'faults')
  const next = await runpod.run({ input: {} })
  await eventually(async () => expect((await runpod.status(next)).status).toBe('COMPLETED'))
})

it('waits out being woken, rate limits and faults, and then takes the job', async () => {
  const { runpod, lines } = await startServing(async () => DONE).then(async (started) => {
    for (const status of [400, 429, 500, 404])
      await started.runpod.fault({ action: 'status', status, times: 1, operation: 'job-take' })
    const ended = started.serving()
    onTestFinished(async () => {
      started.stop.abort()
      await ended
    })
    return started
  })
  const id = await runpod.run({ input: {} })
  await eventually(async () => expect((await runpod.status(id)).status).toBe('COMPLETED'))
  // Being woken is no error.
  expect(lines.filter((line) => line.includes('taking a job')).map((line) => /answered (\d+)/.exec(line)?.[1])).toEqual(
    ['429', '500', '404'],
  )
})

it('asks for a fresh worker when memory or device are in doubt, says it is unhealthy, and goes', async () => {
  const { runpod, me, ended } = await serving(async () => {
    throw new AppError('out_of_memory', 'The worker ran out of memory.')
  })
  const id = await runpod.run({ input: {} })
  await ended
  expect(await runpod.status(id)).toMatchObject({ status: 'FAILED', error: expect.stringContaining('out_of_memory') })
  expect(await me()).toMatchObject({ stopping: true, unhealthy_reason: expect.stringMatching(/in doubt/) })
})

it('keeps the last progress behind the result', async () => {
  const { runpod } = await serving(async (_job, onProgress) => {
    const progress = { stage: 'process' as const, percent: 50, frame: 1, framesTotal: 2, fps: 1, message: 'half' }
    onProgress(progress)
    return DONE
  })
  await runpod.fault({ action: 'delay', delay_ms: 150, times: 1, operation: 'job-done' })
  const id = await runpod.run({ input: {} })
  await eventually(async () => expect((await runpod.status(id)).status).toBe('COMPLETED'))
  expect(await runpod.status(id)).toMatchObject({ output: DONE })
})

it('takes one job or a list, and nothing from an answer it cannot read', async () => {
  const answers: { status: number; body?: string }[] = [
    { status: 200, body: '{"id":"a","input":{"x":1},"webhook":"https://app"}' },
    { status: 200, body: '[{"id":"b","input":1},{"id":"c","input":2}]' },
    { status: 200, body: '{"input":{}}' },
    { status: 200, body: 'not JSON' },
    { status: 204 },
  ]
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    const { status, body } = answers.shift() ?? { status: 500 }
    response.writeHead(status).end(body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = readRunpodEnv({
    RUNPOD_WEBHOOK_GET_JOB: `${url}/v2/ep/job-take/$ID?gpu=1`,
    RUNPOD_WEBHOOK_POST_OUTPUT: `${url}/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=1`,
    RUNPOD_AI_API_KEY: 'key',
    RUNPOD_POD_ID: 'pod',
  })
  const log = vi.fn()
  const take = (count: number) => takeJobs(env, { busy: count > 1, count }, log, new AbortController().signal, PAUSES)
  expect(await take(1)).toEqual([{ id: 'a', input: { x: 1 } }])
  expect((await take(2)).map(({ id }) => id)).toEqual(['b', 'c'])
  expect([await take(1), await take(1), await take(1)]).toEqual([[], [], []])
  expect(log).toHaveBeenCalledTimes(2)
  expect(asked.slice(0, 2).map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
    ['/v2/ep/job-take/pod?gpu=1&job_in_progress=0', 'key'],
    ['/v2/ep/job-take-batch/pod?gpu=1&job_in_progress=1&batch_size=2', 'key'],
  ])
})
