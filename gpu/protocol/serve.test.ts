import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { ffmpeg, picture, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { ErrorCallback, ProgressCallback, StartCallback, WorkerCompleted, WorkerError } from '#lib/contracts/worker.ts'
import { ENDPOINT_ID, startStandIn, WORKER_KEY } from '#lib/local/runpod/testing/stand-in.ts'
import { workerEnv } from '#lib/local/runpod/worker-env.ts'

const JobStatus = z.looseObject({ status: z.string(), output: z.unknown().optional(), error: z.unknown().optional() })
const TOKEN = 'callback-token'
const WAIT = { timeout: 50_000, interval: 25 }

/** The app and the storage as a job sees them: input by GET, outputs by PUT, callbacks by POST. */
async function startApp(
  input: Uint8Array,
  answers: { start?: (body: unknown) => { status: number; body: unknown } } = {},
) {
  const calls: { name: string; body: unknown; authorization: string | undefined }[] = []
  const stored = new Map<string, Buffer[]>()
  const gets: string[] = []
  const listen = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const path = request.url ?? ''
    if (request.method === 'GET') {
      gets.push(path)
      response
        .writeHead(path === '/gone' ? 404 : 200, { 'content-length': path === '/gone' ? 0 : input.length })
        .end(path === '/gone' ? '' : input)
      return
    }
    if (request.method === 'PUT') {
      stored.set(path, [...(stored.get(path) ?? []), Buffer.concat(parts)])
      response.writeHead(200, { etag: '"e"' }).end()
      return
    }
    const name = path.replace('/callbacks/', '')
    const body = JSON.parse(Buffer.concat(parts).toString()) as unknown
    calls.push({ name, body, authorization: request.headers.authorization })
    const answer =
      name === 'start' ? (answers.start?.(body) ?? { status: 200, body: { proceed: true } }) : { status: 200, body: {} }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  }
  const server = createServer((request, response) => void listen(request, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const of = (name: string) => calls.filter((call) => call.name === name).map((call) => call.body)
  return { base, calls, stored, gets, of }
}

/** The worker as RunPod starts it: `gpu/main.ts` in a process of its own. */
async function startWorker(url: string, extra: Record<string, string> = {}) {
  const work = await testFolder()
  const podId = `pod-${randomUUID()}`
  const file = decodeURIComponent(new URL('../main.ts', import.meta.url).pathname)
  const env = {
    ...process.env,
    ...workerEnv({ url, workerKey: WORKER_KEY, endpointId: ENDPOINT_ID, podId, pingIntervalMs: 200 }),
    GPU_WORK_DIR: work,
    GPU_PROVIDERS: 'cpu',
    GPU_PROGRESS_INTERVAL_S: '0.05',
    ...extra,
  }
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let log = ''
  child.stdout.on('data', (chunk) => {
    log += chunk
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await exit
  }
  return { podId, work, exit, log: () => log, terminate: () => child.kill('SIGTERM'), kill }
}

async function makeClip(size: string, frames: number): Promise<Uint8Array> {
  const path = join(await testFolder(), 'in.mp4')
  await ffmpeg(...picture(size, frames), ...tone(frames / 25), ...X264, '-c:a', 'aac', path)
  return new Uint8Array(await readFile(path))
}

function jobInput(base: string, overrides: object = {}) {
  return {
    job_id: 'job-1',
    attempt_id: 'attempt-1',
    task: 'upscale',
    input_url: `${base}/input`,
    outputs: {
      video: { put_url: `${base}/video` },
      poster: { put_url: `${base}/poster` },
      live_frame: { put_url: `${base}/live` },
    },
    params: { model: 'reelsr-fast', scale: 2, quality: 'low' },
    quoted: { frames: 60, duration_s: 2.5, width: 128, height: 96 },
    callback_url: `${base}/callbacks`,
    callback_token: TOKEN,
    ...overrides,
  }
}

async function scene(
  clip: Uint8Array,
  options: { answers?: Parameters<typeof startApp>[1]; env?: Record<string, string> } = {},
) {
  const [runpod, app] = await Promise.all([startStandIn(), startApp(clip, options.answers)])
  const worker = await startWorker(runpod.url, options.env)
  const submit = async (overrides: object = {}) => runpod.run({ input: jobInput(app.base, overrides) })
  const state = async (id: string) => JobStatus.parse(await runpod.status(id))
  const ended = async (id: string) =>
    vi.waitFor(async () => {
      const now = await state(id)
      expect(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']).toContain(now.status)
      return now
    }, WAIT)
  return { runpod, app, worker, submit, state, ended }
}

/** The error a failed job carries: a JSON string. */
const failure = (status: { error?: unknown }) => WorkerError.parse(JSON.parse(String(status.error)))

it('claims a job, reports progress, uploads the outputs, and tells RunPod and the app', async () => {
  const { app, worker, submit, ended } = await scene(await makeClip('128x96', 50))
  const id = await submit()
  const done = await ended(id)
  expect(done.status).toBe('COMPLETED')
  const output = WorkerCompleted.parse(done.output)
  expect(output.stats).toMatchObject({ frames_in: 50, frames_out: 50, output_resolution: '256x192' })
  expect(output.stats.gpu_seconds).toBeGreaterThanOrEqual(output.stats.processing_time_sec)

  const video = app.stored.get('/video')?.[0] ?? Buffer.alloc(0)
  expect(output.outputs.video).toMatchObject({ bytes: video.length })
  expect(Object.keys(output.outputs).sort()).toEqual(['poster', 'video'])
  expect([...(app.stored.get('/live')?.[0]?.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8])

  expect(app.calls[0]?.name).toBe('start')
  expect(StartCallback.parse(app.of('start')[0])).toEqual({
    attempt_id: 'attempt-1',
    runpod_job_id: id,
    worker_id: worker.podId,
  })
  expect(new Set(app.calls.map((call) => call.authorization))).toEqual(new Set([`Bearer ${TOKEN}`]))
  const progress = app.of('progress').map((body) => ProgressCallback.parse(body))
  expect(progress.map((entry) => entry.seq)).toEqual(progress.map((_, index) => index))
  expect(progress.map((entry) => entry.percent)).toEqual(
    [...progress.map((entry) => entry.percent)].sort((a, b) => a - b),
  )
  expect(app.of('complete')).toEqual([{ attempt_id: 'attempt-1', output: done.output }])
  expect(app.calls.at(-1)?.name).toBe('complete')
  expect(await readdir(worker.work)).toEqual([])
  expect(
    worker
      .log()
      .split('\n')
      .filter(Boolean)
      .every((line) => 'requestId' in JSON.parse(line)),
  ).toBe(true)
})

it('takes the fresh addresses of the start’s answer', async () => {
  const clip = await makeClip('64x48', 5)
  let base = ''
  const start = () => ({
    status: 200,
    body: { proceed: true, input_url: `${base}/fresh-input`, outputs: { video: { put_url: `${base}/fresh-video` } } },
  })
  const { app, submit, ended } = await scene(clip, { answers: { start } })
  base = app.base
  const id = await submit({
    input_url: `${base}/gone`,
    outputs: undefined,
    output_url: `${base}/old-video`,
    quoted: undefined,
  })
  expect((await ended(id)).status).toBe('COMPLETED')
  expect(app.gets).toEqual(['/fresh-input'])
  expect([...app.stored.keys()]).toEqual(['/fresh-video'])
})

it('does nothing when the app says the attempt is superseded', async () => {
  const start = () => ({ status: 200, body: { proceed: false, reason: 'attempt 2 has won' } })
  const { app, submit, ended } = await scene(await makeClip('64x48', 5), { answers: { start } })
  const done = await ended(await submit())
  expect(failure(done)).toMatchObject({ code: 'superseded', retryable: false })
  expect([app.gets, app.calls.map((call) => call.name)]).toEqual([[], ['start']])
})

it('does nothing when the app cannot be asked', async () => {
  const { app, submit, ended } = await scene(await makeClip('64x48', 5), {
    answers: { start: () => ({ status: 401, body: {} }) },
  })
  const done = await ended(await submit())
  expect(failure(done)).toMatchObject({ code: 'unavailable', retryable: true })
  expect(app.gets).toEqual([])
})

it.each([
  [
    'an input that is more than was quoted',
    { quoted: { frames: 49, duration_s: 2, width: 128, height: 96 } },
    { code: 'input_mismatch', retryable: false },
  ],
  [
    'a param that does not exist',
    { params: { sharpness: 1 } },
    { code: 'invalid_request', field: 'params.sharpness', retryable: false },
  ],
  ['an input that is gone', { input_url: 'replaced' }, { code: 'input_unreachable', retryable: true }],
  ['a key that does not exist', { surprise: 1 }, { code: 'invalid_request', field: 'surprise', retryable: false }],
])('fails a job with %s, saying so to both', async (_name, wrong, expected) => {
  const { app, submit, ended } = await scene(await makeClip('128x96', 50))
  const done = await ended(await submit('input_url' in wrong ? { input_url: `${app.base}/gone` } : wrong))
  expect(done.status).toBe('FAILED')
  expect(failure(done)).toMatchObject(expected)
  // Without a readable envelope there is nobody to call.
  const told = app.of('error').map((body) => ErrorCallback.parse(body).error)
  expect(told).toEqual('surprise' in wrong ? [] : [expect.objectContaining(expected)])
  expect(app.stored.size).toBe(0)
})

it('stops a canceled job, posts no result for it, and takes the next', async () => {
  const { runpod, app, worker, submit, ended } = await scene(await makeClip('128x96', 1500), {})
  const id = await submit({ quoted: undefined })
  await vi.waitFor(() => expect(app.of('progress').length).toBeGreaterThan(2), WAIT)
  await runpod.endpoint.cancel(id, 15_000)
  expect((await ended(id)).status).toBe('CANCELLED')
  await vi.waitFor(async () => expect(await readdir(worker.work)).toEqual([]), WAIT)
  expect(app.of('complete')).toEqual([])
  expect(app.stored.has('/video')).toBe(false)
  const next = await submit({ params: { sharpness: 1 } })
  expect((await ended(next)).status).toBe('FAILED')
})

it('finishes its job after SIGTERM and takes no other', async () => {
  const { app, worker, submit, ended, state } = await scene(await makeClip('128x96', 200))
  const id = await submit({ quoted: undefined })
  await vi.waitFor(() => expect(app.of('progress').length).toBeGreaterThan(0), WAIT)
  worker.terminate()
  const second = await submit({ quoted: undefined })
  expect((await ended(id)).status).toBe('COMPLETED')
  expect(await worker.exit).toBe(0)
  expect((await state(second)).status).toBe('IN_QUEUE')
})

it('hands a job back that would take too long after SIGTERM', async () => {
  const { app, worker, submit, ended } = await scene(await makeClip('128x96', 1500), {
    env: { GPU_SHUTDOWN_GRACE_S: '0' },
  })
  const id = await submit({ quoted: undefined })
  await vi.waitFor(() => expect(app.of('progress').length).toBeGreaterThan(2), WAIT)
  worker.terminate()
  expect(failure(await ended(id))).toMatchObject({ code: 'worker_lost', retryable: true })
  expect(await worker.exit).toBe(0)
  expect(app.of('error')).toHaveLength(1)
  expect(await readdir(worker.work)).toEqual([])
})

it('removes what a killed worker left behind, when it starts', async () => {
  const { app, runpod, worker, submit } = await scene(await makeClip('128x96', 1500))
  await submit({ quoted: undefined })
  await vi.waitFor(() => expect(app.of('progress').length).toBeGreaterThan(0), WAIT)
  await worker.kill()
  expect(await readdir(worker.work)).toHaveLength(1)
  await runpod.fault({ action: 'hold_queue' })
  const next = await startWorker(runpod.url, { GPU_WORK_DIR: worker.work })
  await vi.waitFor(async () => expect(await readdir(worker.work)).toEqual([]), WAIT)
  expect(next.log()).toContain('removed the folders of 1 jobs')
})

it('keeps its heart beating, with the job’s id, while it works', async () => {
  const { runpod, app, worker, submit, ended } = await scene(await makeClip('128x96', 100))
  const id = await submit({ quoted: undefined })
  await vi.waitFor(() => expect(app.of('progress').length).toBeGreaterThan(0), WAIT)
  await vi.waitFor(async () => {
    const { body } = await runpod.control('GET', 'workers')
    const mine = { id: worker.podId, pinged_job_ids: [id] }
    expect(body).toMatchObject({ workers: expect.arrayContaining([expect.objectContaining(mine)]) })
  }, WAIT)
  await ended(id)
  expect(await streamFields(await stored(app.stored.get('/video')?.[0]), 'v:0', 'width')).toEqual({ width: '256' })
})

async function stored(bytes: Buffer | undefined): Promise<string> {
  const path = join(await testFolder(), 'out.mp4')
  await writeFile(path, bytes ?? Buffer.alloc(0))
  return path
}
