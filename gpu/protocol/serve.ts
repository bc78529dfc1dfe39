import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, toWorkerError } from '#gpu/jobs/worker-error.ts'
import type { Log } from '#gpu/log.ts'
import type { TaskProgress } from '#gpu/tasks/task-handler.ts'
import type { RetryPolicy } from '#gpu/transfer/retry.ts'
import { AppError, type ErrorCode } from '#lib/contracts/errors.ts'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { startHeartbeat } from './heartbeat.ts'
import { PAUSES, type Pauses, type TakenJob, takeJobs, watchStops } from './job-queue.ts'
import { JobReporter } from './report.ts'
import type { RunpodEnv } from './runpod-env.ts'

export interface ServeOptions {
  readonly env: RunpodEnv
  readonly concurrency: number
  readonly log: Log
  /** Does a job's work; throws coded errors. */
  readonly run: (
    job: TakenJob,
    onProgress: (progress: TaskProgress) => void,
    signal: AbortSignal,
  ) => Promise<WorkerCompleted>
  /** Aborted when the worker must go: no more jobs are taken. */
  readonly stop: AbortSignal
  /** How long jobs may still run after `stop`; then they are handed back for another worker. */
  readonly graceMs: number
  readonly policy: RetryPolicy
  readonly pauses?: Pauses
}

/** After these the process's memory or device may be spoilt: RunPod is asked for a fresh worker. */
const SPOILED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['out_of_memory', 'inference_failed'])

/** Takes jobs and works on them until told to stop, or until the worker needs replacing. */
export async function serve(options: ServeOptions): Promise<void> {
  const { env, log, stop } = options
  const pauses = options.pauses ?? PAUSES
  const running = new Map<string, AbortController>()
  const spoiled = new AbortController()
  const ended = new AbortController()
  const heartbeat = startHeartbeat(env)
  const taking = AbortSignal.any([stop, spoiled.signal])
  const onStop = (jobId: string) => running.get(jobId)?.abort(new AppError('canceled', 'The job was canceled.'))
  const stops = watchStops(env, onStop, ended.signal, pauses)
  const open = new Set<Promise<void>>()
  const told = new Promise<void>((resolve) => taking.addEventListener('abort', () => resolve(), { once: true }))

  const work = async (job: TakenJob) => {
    const controller = new AbortController()
    running.set(job.id, controller)
    heartbeat.jobs([...running.keys()])
    try {
      if (await workOn(job, options, controller.signal)) spoiled.abort()
    } finally {
      running.delete(job.id)
      heartbeat.jobs([...running.keys()])
    }
  }
  try {
    while (!taking.aborted) {
      if (open.size >= options.concurrency) {
        await Promise.race([...open, told])
        continue
      }
      const count = options.concurrency - open.size
      for (const job of await takeJobs(env, { busy: open.size > 0, count }, log, taking, pauses)) {
        const task: Promise<void> = work(job).finally(() => open.delete(task))
        open.add(task)
      }
    }
    await finishOrHandBack(open, running, options.graceMs)
    if (spoiled.signal.aborted) await heartbeat.unhealthy('a job left the device or memory in doubt')
  } finally {
    ended.abort()
    await Promise.all([stops, heartbeat.stop()])
  }
}

async function finishOrHandBack(
  open: ReadonlySet<Promise<void>>,
  running: ReadonlyMap<string, AbortController>,
  graceMs: number,
): Promise<void> {
  const grace = new AbortController()
  const all = Promise.all(open)
  const late = sleep(graceMs, 'late' as const, { signal: grace.signal }).catch(() => 'late' as const)
  if ((await Promise.race([all, late])) === 'late') {
    for (const controller of running.values())
      controller.abort(new AppError('worker_lost', 'The worker had to stop; another can take the job.'))
  }
  grace.abort()
  await all
}

/** Runs one job and tells RunPod how it ended. Answers whether this worker should take no more. */
async function workOn(job: TakenJob, options: ServeOptions, signal: AbortSignal): Promise<boolean> {
  const { log, env, policy } = options
  const reporter = new JobReporter(env, job.id)
  log('info', 'job started', job.id)
  try {
    const output = await options.run(job, (progress) => reporter.progress(progress), signal)
    await reporter.finish({ output }, policy)
    log('info', 'job completed', job.id)
    return false
  } catch (thrown) {
    const error = toWorkerError(thrown)
    log(error.code === 'canceled' ? 'info' : 'error', `job ended: ${describeError(thrown)}`, job.id)
    // RunPod has stopped it: nobody waits for a result.
    if (error.code === 'canceled') return false
    const stopPod = SPOILED.has(error.code)
    await reporter
      .finish({ error, stopPod }, policy)
      .catch((lost) => log('error', `result lost: ${describeError(lost)}`, job.id))
    return stopPod
  }
}
