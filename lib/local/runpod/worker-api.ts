import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { type Answer, answer } from './answer.ts'
import { type Call, isSameSecret, RUN_LIMIT_BYTES, RUNSYNC_LIMIT_BYTES } from './client-api.ts'
import { type Cloud, findJob, queueKey, stopKey, type Worker } from './cloud.ts'
import { endJob, takeStops } from './end-job.ts'
import type { WORKER_OPERATIONS } from './faults.ts'
import type { Job } from './job.ts'
import { BodyTooLarge, readText } from './loopback-server.ts'
import { appendStream, beat, isHeldBy, reportProgress, takeJobs } from './run-job.ts'
import { firstIssue } from './submission.ts'

export type WorkerOperation = (typeof WORKER_OPERATIONS)[number]
const MAX_BATCH = 100
const STREAM_CHUNK_LIMIT_BYTES = 1024 * 1024
const POSTS: readonly WorkerOperation[] = ['job-done', 'job-stream']

/** `error` is text, in the SDK a JSON object as text; with it the job FAILED, whatever `output` says. */
const Result = z.object({
  status: z.undefined().optional(),
  output: z.unknown().optional(),
  error: z.string().min(1).optional(),
  stopPod: z.boolean().optional(),
})
const Progress = z.object({ status: z.literal('IN_PROGRESS'), output: z.unknown() })
const Report = z.union([Progress, Result])
const Chunk = z.object({ output: z.unknown() }).transform((chunk) => ({ chunk }))

/**
 * What a worker calls: `/v2/{endpoint}/{operation}/{worker}[/{job}]`. RunPod documents this only by the source of its Python SDK,
 * so what that SDK always sends is required here, though the vendor may be more lenient.
 */
export async function answerWorker(
  call: Call,
  operation: WorkerOperation,
  workerId: string,
  jobId: string | undefined,
): Promise<Answer> {
  const { cloud, request, gone } = call
  if (!isSameSecret(request.headers.authorization ?? '', cloud.settings.workerKey)) return answer(401)
  if (request.method !== (POSTS.includes(operation) ? 'POST' : 'GET')) return answer(405)
  const worker = seen(call, workerId)
  switch (operation) {
    case 'job-take':
    case 'job-take-batch':
      return await take(call, operation, worker)
    case 'job-stop': {
      const look = () => takeStops(cloud, call.endpointId, workerId)
      const ids = await cloud.bell.until(stopKey(workerId), cloud.settings.longPollMs, gone, look)
      return ids === undefined ? answer(204) : answer(200, { jobsToStop: ids })
    }
    case 'ping':
      ping(call, worker)
      return answer(200, {})
    case 'job-done':
    case 'job-stream':
      return await report(call, operation, worker, jobId)
    default:
      return operation satisfies never
  }
}

function seen({ cloud, endpointId }: Call, workerId: string): Worker {
  const nowMs = cloud.clock.nowMs()
  const known = cloud.workers.get(workerId)
  if (known !== undefined) {
    known.endpointId = endpointId
    known.lastSeenAtMs = nowMs
    return known
  }
  const worker: Worker = {
    id: workerId,
    endpointId,
    lastSeenAtMs: nowMs,
    openPolls: 0,
    pings: 0,
    pingedJobIds: [],
    version: null,
    unhealthyReason: null,
    stopping: false,
  }
  cloud.workers.set(workerId, worker)
  return worker
}

async function take(call: Call, operation: 'job-take' | 'job-take-batch', worker: Worker): Promise<Answer> {
  const { cloud, endpointId, gone, url } = call
  const batch = operation === 'job-take-batch'
  const asked = z.coerce.number().int().min(1).max(MAX_BATCH).safeParse(url.searchParams.get('batch_size'))
  const busy = z.enum(['0', '1']).safeParse(url.searchParams.get('job_in_progress'))
  if (!busy.success || (batch && !asked.success)) {
    return answer(400, { error: `job_in_progress=0|1${batch ? ` and batch_size=1..${MAX_BATCH}` : ''}` })
  }
  // A container that was asked away and takes again is its replacement.
  worker.stopping = false
  const count = batch && asked.success ? asked.data : 1
  const look = () => (worker.stopping ? [] : takeJobs(cloud, endpointId, worker.id, count))
  worker.openPolls += 1
  const jobs = await cloud.bell.until(queueKey(endpointId), cloud.settings.longPollMs, gone, look)
  worker.openPolls -= 1
  const [first] = jobs ?? []
  if (jobs === undefined || first === undefined) return answer(204)
  return answer(200, batch ? jobs.map(assignment) : assignment(first))
}

function assignment({ request }: Job) {
  const { id, input, webhook, s3Config } = request
  return { id, input, ...(webhook === null ? {} : { webhook }), ...(s3Config === undefined ? {} : { s3Config }) }
}

/** A heartbeat keeps alive the jobs it names, not whatever else the worker once took. */
function ping({ cloud, endpointId, url }: Call, worker: Worker): void {
  const ids = (url.searchParams.get('job_id') ?? '').split(',').filter((id) => id !== '')
  worker.pings += 1
  worker.pingedJobIds = ids
  worker.version = url.searchParams.get('runpod_version')
  worker.unhealthyReason =
    url.searchParams.get('status') === 'unhealthy' ? (url.searchParams.get('reason') ?? '') : null
  for (const id of ids) {
    const job = findJob(cloud, endpointId, id)
    if (job !== undefined && isHeldBy(job, worker.id)) beat(cloud, job)
  }
  if (worker.unhealthyReason === null) cloud.bell.ring(queueKey(endpointId))
}

async function report(
  call: Call,
  operation: 'job-done' | 'job-stream',
  worker: Worker,
  jobId: string | undefined,
): Promise<Answer> {
  const { cloud, endpointId, request } = call
  const job = jobId === undefined ? undefined : findJob(cloud, endpointId, jobId)
  if (jobId === undefined || job === undefined) return answer(404, { error: 'job not found' })
  const problem = envelopeProblem(call, jobId)
  if (problem !== undefined) return answer(400, { error: problem })
  const resultLimitBytes = job.request.sync ? RUNSYNC_LIMIT_BYTES : RUN_LIMIT_BYTES
  const body =
    operation === 'job-stream'
      ? await readReport(request, STREAM_CHUNK_LIMIT_BYTES, Chunk)
      : await readReport(request, resultLimitBytes, Report)
  if ('error' in body) return answer(400, body)
  if (job.state.workerId !== worker.id) return answer(400, { error: 'the job is not this worker’s' })
  // A repeated result (its answer was lost) or one that comes after a cancel changes nothing and is no error.
  if (isHeldBy(job, worker.id)) {
    if ('chunk' in body.report) appendStream(cloud, job, body.report.chunk)
    else accept(cloud, job, worker, body.report)
  }
  return answer(200, {})
}

async function readReport<T>(
  request: IncomingMessage,
  limitBytes: number,
  schema: z.ZodType<T>,
): Promise<{ report: T } | { error: string }> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readText(request, limitBytes)))
    return parsed.success ? { report: parsed.data } : { error: firstIssue(parsed.error) }
  } catch (error) {
    if (error instanceof BodyTooLarge) return { error: `more than ${limitBytes} bytes` }
    if (error instanceof SyntaxError) return { error: 'the body is not JSON' }
    throw error
  }
}

function accept(cloud: Cloud, job: Job, worker: Worker, report: z.infer<typeof Report>): void {
  if (report.status === 'IN_PROGRESS') {
    reportProgress(cloud, job, report.output)
    return
  }
  const { output, error } = report
  if (report.stopPod === true) {
    worker.stopping = true
    cloud.bell.ring(queueKey(job.request.endpointId))
  }
  endJob(cloud, job, { status: error === undefined ? 'COMPLETED' : 'FAILED', output, error })
}

/** The SDK posts JSON text under a form content type, names the job in a header, and appends `isStream`. */
function envelopeProblem({ request, url }: Call, jobId: string): string | undefined {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) return `content-type ${type}`
  if (request.headers['x-request-id'] !== jobId) return 'X-Request-ID is not the job id'
  const isStream = url.searchParams.get('isStream')
  return isStream === 'true' || isStream === 'false' ? undefined : 'isStream=true|false'
}
