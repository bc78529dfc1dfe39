import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartReply, type WorkerCompleted, type WorkerError, WorkerInput } from '#lib/contracts/worker.ts'
import { type Wire, wireWorker } from '#lib/local/runpod/testing/wire-worker.ts'
import type { Stack } from '#lib/local/up.ts'
import { type Tally, untilAnswered } from './patience.ts'
import type { Random } from './seeded-random.ts'

/** A result every run uploads, and what a worker would say about it. */
export interface ReadyResult {
  bytes: Uint8Array<ArrayBuffer>
  frames: number
  seconds: number
  /** `160x90` */
  inputSize: string
  outputSize: string
}

export interface FinishedRun {
  runId: string
  input: WorkerInput
  output: WorkerCompleted
}

export interface CrewReport {
  completed: FinishedRun[]
  failed: number
  /** Runs whose `start` was answered `proceed: false`. */
  superseded: number
}

interface Crew {
  stack: Stack
  random: Random
  tally: Tally
  result: ReadyResult
  report: CrewReport
  stopped: boolean
}

const FAILURES: readonly WorkerError[] = [
  { code: 'decode_failed', message: 'The video cannot be decoded.', retryable: false },
  { code: 'worker_lost', message: 'The device went away.', retryable: true },
]
const FAILURE_SHARE = 0.15

/**
 * Plays the GPU workers: takes runs from RunPod's queue over its real protocol, claims each with the app, uploads a real video, and reports
 * to both in varying order, or fails. They begin `after` that; `stop` lets no further run begin.
 */
export function startCrew(input: Omit<Crew, 'report' | 'stopped'> & { workers: number; after: Promise<unknown> }) {
  const report: CrewReport = { completed: [], failed: 0, superseded: 0 }
  const crew: Crew = { ...input, report, stopped: false }
  const begin = () => {
    for (let number = 1; number <= input.workers; number++) void work(crew, number)
  }
  input.after.then(begin, () => {})
  return {
    report,
    stop: () => {
      crew.stopped = true
    },
  }
}

async function work(crew: Crew, number: number): Promise<void> {
  const { stack } = crew
  const wire = wireWorker({
    url: stack.env.RUNPOD_API_BASE ?? '',
    workerKey: stack.env.RUNPOD_WORKER_KEY ?? '',
    endpointId: stack.env.RUNPOD_ENDPOINT_ID ?? '',
    podId: `storm-${number}`,
  })
  const random = crew.random.fork(`worker ${number}`)
  while (!crew.stopped) {
    // Asking waits for work; when the stack is stopped the waiting ends without an answer.
    const { job } = await wire.take().catch(() => ({ job: undefined }))
    if (job) await perform(crew, wire, random, job.id, WorkerInput.parse(job.input))
    else await sleep(50)
  }
}

async function perform(crew: Crew, wire: Wire, random: Random, runId: string, input: WorkerInput): Promise<void> {
  const started = await callBack(crew, random, input, 'start', {
    attempt_id: input.attempt_id,
    runpod_job_id: runId,
    worker_id: 'storm',
  })
  const reply = StartReply.parse(JSON.parse(started.text))
  if (!reply.proceed) {
    crew.report.superseded += 1
    await wire.report(runId, {
      error: JSON.stringify({ code: 'superseded', message: reply.reason, retryable: false }),
    })
    return
  }
  const gpuMs = random.between(1_000, 90_000)
  await beginEarlier(crew, runId, gpuMs)
  await sleep(random.between(20, 400))
  if (random.chance(FAILURE_SHARE)) {
    const error = random.pick(FAILURES)
    crew.report.failed += 1
    await inAnyOrder(random, [
      () => callBack(crew, random, input, 'error', { attempt_id: input.attempt_id, error }),
      () => wire.report(runId, { error: JSON.stringify(error) }),
    ])
    return
  }
  const output = await upload(crew, gpuMs, { ...input, ...(reply.outputs ? { outputs: reply.outputs } : {}) })
  await inAnyOrder(random, [
    () => sendCompletion(crew, random, { runId, input, output }),
    () => wire.report(runId, { output }),
  ])
  crew.report.completed.push({ runId, input, output })
}

/** The worker's `complete`, the first time or once more. */
export function sendCompletion(
  crew: Pick<Crew, 'tally'>,
  random: Random,
  { input, output }: FinishedRun,
): Promise<unknown> {
  return callBack(crew, random, input, 'complete', { attempt_id: input.attempt_id, output })
}

function callBack(crew: Pick<Crew, 'tally'>, random: Random, input: WorkerInput, event: string, body: object) {
  return untilAnswered(crew.tally, random, (signal) =>
    fetch(`${input.callback_url}/${event}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${input.callback_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    }),
  )
}

/** As if the GPU had been at it for so long already: nobody waits, but the bills differ. */
async function beginEarlier({ stack }: Crew, runId: string, gpuMs: number): Promise<void> {
  const body = JSON.stringify({ status: 'IN_PROGRESS', execution_ms: gpuMs })
  const reply = await fetch(`${stack.urls.runpod}/_local/jobs/${runId}/status`, { method: 'POST', body })
  if (!reply.ok) throw new Error(`status: ${reply.status} ${await reply.text()}`)
}

async function upload({ result }: Crew, gpuMs: number, input: WorkerInput): Promise<WorkerCompleted> {
  const target = input.outputs?.video
  if (!target || !('put_url' in target)) throw new Error('The run has no URL for its video.')
  const headers = { 'content-type': 'video/mp4' }
  const stored = await fetch(target.put_url, { method: 'PUT', body: result.bytes, headers })
  if (!stored.ok) throw new Error(`PUT ${stored.status}: ${await stored.text()}`)
  const sha256 = createHash('sha256').update(result.bytes).digest('hex')
  return {
    status: 'completed',
    outputs: { video: { bytes: result.bytes.length, sha256 } },
    stats: {
      frames_in: result.frames,
      frames_out: result.frames,
      input_resolution: result.inputSize,
      output_resolution: result.outputSize,
      duration_sec: result.seconds,
      video_sec: result.seconds,
      audio_sec: null,
      processing_time_sec: gpuMs / 1000,
      gpu_seconds: gpuMs / 1000,
      device: 'storm',
    },
  }
}

/** Sometimes RunPod hears of the end first, sometimes the app, sometimes both at once. */
async function inAnyOrder(random: Random, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const order = random.shuffled(steps)
  if (random.chance(0.3)) {
    await Promise.all(order.map((step) => step()))
    return
  }
  for (const step of order) await step()
}
