import { type Cloud, queueKey, saveJob, visibleJobs } from './cloud.ts'
import { isTerminal, type Job } from './job.ts'

/** Gives up to `count` queued jobs to a worker, longest waiting first; undefined when there is nothing to give. */
export function takeJobs(cloud: Cloud, endpointId: string, workerId: string, count: number): Job[] | undefined {
  const isWell = (cloud.workers.get(workerId)?.unhealthyReason ?? null) === null
  if (cloud.faults.isQueueHeld(endpointId) || !isWell) return undefined
  const queued = visibleJobs(cloud, endpointId)
    .filter((job) => job.state.status === 'IN_QUEUE')
    .sort((a, b) => a.state.queuedAtMs - b.state.queuedAtMs)
    .slice(0, count)
  const nowMs = cloud.clock.nowMs()
  for (const job of queued) {
    job.state.status = 'IN_PROGRESS'
    job.state.startedAtMs = nowMs
    job.state.heartbeatAtMs = nowMs
    job.state.workerId = workerId
    // A stop meant for this worker's earlier attempt must not kill the new one.
    job.state.stopWorkerId = null
    saveJob(cloud, job)
  }
  return queued.length === 0 ? undefined : queued
}

/** Whether this worker is the one running the job now. */
export function isHeldBy(job: Job, workerId: string): boolean {
  return job.state.status === 'IN_PROGRESS' && job.state.workerId === workerId
}

export function beat(cloud: Cloud, job: Job): void {
  job.state.heartbeatAtMs = cloud.clock.nowMs()
}

export function reportProgress(cloud: Cloud, job: Job, output: unknown): void {
  beat(cloud, job)
  job.state.progress = output
  saveJob(cloud, job)
}

export function appendStream(cloud: Cloud, job: Job, chunk: unknown): void {
  beat(cloud, job)
  job.state.stream.push(chunk)
  saveJob(cloud, job)
}

/** Hands out the chunks nobody has read yet; each is delivered once. */
export function drainStream(cloud: Cloud, job: Job): unknown[] | undefined {
  const chunks = job.state.stream.splice(0)
  if (chunks.length > 0) saveJob(cloud, job)
  return chunks.length > 0 || isTerminal(job.state.status) ? chunks : undefined
}

/** Back to the queue with the same id and input, without its former output. The time to live keeps running. */
export function requeueJob(cloud: Cloud, job: Job): void {
  const { state } = job
  state.status = 'IN_QUEUE'
  state.startedAtMs = null
  state.finishedAtMs = null
  state.workerId = null
  state.heartbeatAtMs = null
  state.progress = undefined
  state.output = undefined
  state.error = undefined
  state.stream = []
  saveJob(cloud, job)
  cloud.bell.ring(queueKey(job.request.endpointId))
}

/** `/retry`: a fresh start in the queue. False unless the job FAILED or TIMED_OUT. */
export function retryJob(cloud: Cloud, job: Job): boolean {
  if (job.state.status !== 'FAILED' && job.state.status !== 'TIMED_OUT') return false
  job.state.retries = 0
  job.state.queuedAtMs = cloud.clock.nowMs()
  requeueJob(cloud, job)
  return true
}
