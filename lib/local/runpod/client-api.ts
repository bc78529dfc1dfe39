import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, answer } from './answer.ts'
import { type Cloud, findJob, jobKey, visibleJobs } from './cloud.ts'
import { endJob, purgeQueue } from './end-job.ts'
import type { CLIENT_OPERATIONS } from './faults.ts'
import { isTerminal, type Job, statusView } from './job.ts'
import { BodyTooLarge, readText } from './loopback-server.ts'
import { drainStream, retryJob } from './run-job.ts'
import { firstIssue, Submission } from './submission.ts'
import { submitJob } from './submit-job.ts'

export type ClientOperation = (typeof CLIENT_OPERATIONS)[number]
export type Call = { cloud: Cloud; endpointId: string; request: IncomingMessage; url: URL; gone: AbortSignal }

const MIB = 1024 * 1024
/** https://docs.runpod.io/serverless/endpoints/operation-reference: 10 MB for /run, 20 MB for /runsync, both ways. */
export const RUN_LIMIT_BYTES = 10 * MIB
export const RUNSYNC_LIMIT_BYTES = 20 * MIB
const POSTS: readonly ClientOperation[] = ['run', 'runsync', 'cancel', 'retry', 'purge-queue']
const STREAM_WAIT_MS = 1000

/** Requests of the vendor's SDKs: `/v2/{endpoint}/{operation}[/{job}]`. */
export async function answerClient(call: Call, operation: ClientOperation, jobId: string | undefined): Promise<Answer> {
  const { cloud, endpointId, request } = call
  if (!isKey(request, cloud.settings.apiKey)) return answer(401)
  if (!(cloud.settings.endpoints?.includes(endpointId) ?? true)) {
    return answer(404, { error: `endpoint ${endpointId} not found` })
  }
  if (request.method !== (POSTS.includes(operation) ? 'POST' : 'GET')) return answer(405)
  if (!cloud.rateLimits.admit(endpointId, operation, cloud.clock.nowMs())) {
    return answer(429, { error: 'too many requests' })
  }
  switch (operation) {
    case 'run':
    case 'runsync':
      return await submit(call, operation)
    case 'purge-queue':
      return answer(200, { removed: purgeQueue(cloud, endpointId), status: 'completed' })
    case 'health':
      return answer(200, health(cloud, endpointId))
    case 'status':
    case 'status-sync':
    case 'stream':
    case 'cancel':
    case 'retry': {
      const job = jobId === undefined ? undefined : findJob(cloud, endpointId, jobId)
      if (job === undefined) return answer(404, { error: 'job not found' })
      return await answerAboutJob(call, operation, job)
    }
    default:
      return operation satisfies never
  }
}

/**
 * Compares keys in constant time. RunPod's pages show the key both bare and after "Bearer", and its API takes both.
 */
export function isKey(request: IncomingMessage, key: string): boolean {
  const given = (request.headers.authorization ?? '').replace(/^Bearer /i, '')
  return isSameSecret(given, key)
}

export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

async function submit(call: Call, operation: 'run' | 'runsync'): Promise<Answer> {
  const { cloud, endpointId, request } = call
  const sync = operation === 'runsync'
  const parsed = await readSubmission(request, sync ? RUNSYNC_LIMIT_BYTES : RUN_LIMIT_BYTES)
  if ('error' in parsed) return answer(400, parsed)
  const job = submitJob(cloud, { endpointId, sync, submission: parsed.submission })
  if (cloud.faults.use('drop_run_response') !== undefined) return 'cut'
  // /run answers before any worker can have taken the job.
  if (!sync) return answer(200, { id: job.request.id, status: 'IN_QUEUE' })
  await untilOver(call, job)
  return answer(200, statusView(job))
}

async function readSubmission(
  request: IncomingMessage,
  limitBytes: number,
): Promise<{ submission: Submission } | { error: string }> {
  try {
    const body: unknown = JSON.parse(await readText(request, limitBytes))
    const parsed = Submission.safeParse(body)
    return parsed.success ? { submission: parsed.data } : { error: `bad request: ${firstIssue(parsed.error)}` }
  } catch (error) {
    if (error instanceof BodyTooLarge) return { error: `exceeded max body size of ${limitBytes / MIB}MiB` }
    if (error instanceof SyntaxError) return { error: 'bad request: the body is not JSON' }
    throw error
  }
}

async function answerAboutJob(
  call: Call,
  operation: 'status' | 'status-sync' | 'stream' | 'cancel' | 'retry',
  job: Job,
): Promise<Answer> {
  const { cloud, gone } = call
  const { id } = job.request
  switch (operation) {
    case 'status':
      return answer(200, statusView(job))
    case 'status-sync':
      await untilOver(call, job)
      return answer(200, statusView(job))
    case 'stream': {
      const waitMs = Math.min(STREAM_WAIT_MS, cloud.settings.longPollMs)
      const look = () => drainStream(cloud, job)
      const stream = (await cloud.bell.until(jobKey(id), waitMs, gone, look)) ?? []
      return answer(200, { status: job.state.status, stream })
    }
    case 'cancel':
      endJob(cloud, job, { status: 'CANCELLED' })
      return answer(200, { id, status: job.state.status })
    case 'retry':
      if (retryJob(cloud, job)) return answer(200, { id, status: 'IN_QUEUE' })
      return answer(400, { error: `a job that is ${job.state.status} cannot be retried` })
    default:
      return operation satisfies never
  }
}

/** Waits for the end of the job, for `?wait=` ms (1000 to 300000, 90000 by default). */
async function untilOver({ cloud, gone, url }: Call, job: Job): Promise<void> {
  const asked = Number(url.searchParams.get('wait') ?? cloud.settings.longPollMs)
  const waitMs = Math.min(Math.max(Number.isFinite(asked) ? asked : 0, 1000), 300_000)
  const look = () => (isTerminal(job.state.status) ? true : undefined)
  await cloud.bell.until(jobKey(job.request.id), waitMs, gone, look)
}

function health(cloud: Cloud, endpointId: string) {
  const jobs = [...cloud.jobs.values()].filter((job) => job.request.endpointId === endpointId)
  const count = (status: Job['state']['status']) => jobs.filter((job) => job.state.status === status).length
  const visible = visibleJobs(cloud, endpointId)
  const running = visible.filter((job) => job.state.status === 'IN_PROGRESS')
  const busyIds = new Set(running.map((job) => job.state.workerId))
  const aliveSinceMs = cloud.clock.nowMs() - cloud.settings.workerLostAfterMs
  const workers = [...cloud.workers.values()].filter(
    (w) => w.endpointId === endpointId && w.lastSeenAtMs > aliveSinceMs && !w.stopping,
  )
  const well = workers.filter((worker) => worker.unhealthyReason === null)
  const idle = well.filter((worker) => !busyIds.has(worker.id)).length
  return {
    jobs: {
      completed: count('COMPLETED'),
      failed: count('FAILED') + count('TIMED_OUT'),
      inProgress: running.length,
      inQueue: visible.filter((job) => job.state.status === 'IN_QUEUE').length,
      retried: jobs.reduce((sum, job) => sum + job.state.retries, 0),
    },
    workers: {
      idle,
      initializing: 0,
      ready: idle,
      running: well.length - idle,
      throttled: 0,
      unhealthy: workers.length - well.length,
    },
  }
}
