import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { type Answer, answer } from './answer.ts'
import { type Cloud, queueKey, saveJob } from './cloud.ts'
import { endJob, forgetJob } from './end-job.ts'
import { Fault } from './faults.ts'
import { isTerminal, type Job, JobStatus, statusView } from './job.ts'
import { readText } from './loopback-server.ts'
import { requeueJob } from './run-job.ts'
import { firstIssue } from './submission.ts'
import { noticesFor, resendWebhook } from './webhooks.ts'

type Call = { cloud: Cloud; request: IncomingMessage; url: URL; runDue(): void }

const LIMIT_BYTES = 1024 * 1024

const Advance = z.strictObject({
  advance_ms: z
    .int()
    .min(0)
    .max(31 * 24 * 3600 * 1000),
})
const Force = z.strictObject({
  status: JobStatus,
  output: z.unknown().optional(),
  error: z.string().optional(),
  execution_ms: z.int().min(0).optional(),
})

/** `/_local/…`: what tests and a developer may see and do that RunPod does not offer. */
export async function answerControl(call: Call): Promise<Answer> {
  const { cloud, request, url } = call
  const [, , area, id, verb] = url.pathname.split('/')
  const route = `${request.method} ${area}${id === undefined ? '' : '/:id'}${verb === undefined ? '' : `/${verb}`}`
  switch (route) {
    case 'GET jobs':
      return answer(200, { jobs: [...cloud.jobs.values()].map(report) })
    case 'GET workers':
      return answer(200, { workers: workers(cloud) })
    case 'GET faults':
      return answer(200, { faults: cloud.faults.list() })
    case 'POST faults':
      return await answerWith(call, Fault, (fault) => {
        cloud.faults.arm(fault)
        return { faults: cloud.faults.list() }
      })
    case 'DELETE faults':
      return clearFaults(call)
    case 'POST clock':
      return await answerWith(call, Advance, ({ advance_ms }) => {
        advance(call, advance_ms)
        return { now_ms: cloud.clock.nowMs() }
      })
  }
  const job = id === undefined ? undefined : cloud.jobs.get(id)
  if (area !== 'jobs' || job === undefined) return answer(404, { error: `no ${route}` })
  return await answerAboutJob(call, route, job)
}

async function answerAboutJob(call: Call, route: string, job: Job): Promise<Answer> {
  const { cloud } = call
  switch (route) {
    case 'GET jobs/:id':
      return answer(200, report(job))
    case 'POST jobs/:id/forget':
      forgetJob(cloud, job)
      return answer(200, report(job))
    case 'POST jobs/:id/webhook':
      if (!isTerminal(job.state.status)) return answer(409, { error: `the job is ${job.state.status}` })
      return answer(200, { delivery: await resendWebhook(cloud, job) })
    case 'POST jobs/:id/status':
      return await answerWith(call, Force, (force) => {
        forceStatus(cloud, job, force)
        return report(job)
      })
    default:
      return answer(404, { error: `no ${route}` })
  }
}

async function answerWith<T>(call: Call, schema: z.ZodType<T>, act: (input: T) => unknown): Promise<Answer> {
  let body: unknown
  try {
    body = JSON.parse(await readText(call.request, LIMIT_BYTES))
  } catch {
    return answer(400, { error: 'the body is not JSON' })
  }
  const parsed = schema.safeParse(body)
  if (!parsed.success) return answer(400, { error: firstIssue(parsed.error) })
  return answer(200, act(parsed.data))
}

function clearFaults({ cloud }: Call): Answer {
  cloud.faults.clear()
  // A released queue is offered at once to the workers that were waiting at it.
  for (const worker of cloud.workers.values()) cloud.bell.ring(queueKey(worker.endpointId))
  return answer(200, { faults: [] })
}

/** Pushes the clock. Workers live in real time, so their silence does not grow by it. */
function advance({ cloud, runDue }: Call, byMs: number): void {
  cloud.clock.advance(byMs)
  cloud.store.saveClockOffsetMs(cloud.clock.offsetMs)
  for (const worker of cloud.workers.values()) worker.lastSeenAtMs += byMs
  for (const { state } of cloud.jobs.values()) if (state.heartbeatAtMs !== null) state.heartbeatAtMs += byMs
  runDue()
}

/** Puts a job into any state by decree; a final one writes its webhook notice, as a real ending does. */
function forceStatus(cloud: Cloud, job: Job, force: z.infer<typeof Force>): void {
  const { state } = job
  const nowMs = cloud.clock.nowMs()
  if (force.status === 'IN_QUEUE') {
    requeueJob(cloud, job)
    return
  }
  if (force.execution_ms !== undefined) state.startedAtMs = nowMs - force.execution_ms
  if (!isTerminal(force.status)) {
    Object.assign(state, { status: force.status, progress: force.output, finishedAtMs: null })
    state.startedAtMs ??= nowMs
    state.heartbeatAtMs = nowMs
    saveJob(cloud, job)
    return
  }
  const ending = { status: force.status, output: force.output, error: force.error }
  if (endJob(cloud, job, ending, nowMs)) return
  Object.assign(state, ending, { finishedAtMs: nowMs })
  state.notices.push(...noticesFor(cloud, job))
  saveJob(cloud, job)
}

function report(job: Job) {
  const { request, state } = job
  return {
    ...statusView(job),
    endpoint_id: request.endpointId,
    input: request.input,
    webhook: request.webhook,
    policy: { executionTimeout: request.executionTimeoutMs, ttl: request.ttlMs, lowPriority: request.lowPriority },
    submitted_at_ms: request.submittedAtMs,
    started_at_ms: state.startedAtMs,
    finished_at_ms: state.finishedAtMs,
    forgotten: state.forgotten,
    webhook_pending: state.notices.length,
    webhook_deliveries: state.deliveries.map((d) => ({
      notice_id: d.noticeId,
      at_ms: d.atMs,
      attempt: d.attempt,
      status: d.status,
      error: d.error,
    })),
  }
}

function workers(cloud: Cloud) {
  const aliveSinceMs = cloud.clock.nowMs() - cloud.settings.workerLostAfterMs
  return [...cloud.workers.values()].map((worker) => ({
    id: worker.id,
    endpoint_id: worker.endpointId,
    alive: worker.lastSeenAtMs > aliveSinceMs,
    last_seen_at_ms: worker.lastSeenAtMs,
    open_polls: worker.openPolls,
    pings: worker.pings,
    pinged_job_ids: worker.pingedJobIds,
    version: worker.version,
    unhealthy_reason: worker.unhealthyReason,
    stopping: worker.stopping,
  }))
}
