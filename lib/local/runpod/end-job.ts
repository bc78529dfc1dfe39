import { type Cloud, saveJob, stopKey, visibleJobs } from './cloud.ts'
import { isTerminal, type Job, type JobStatus } from './job.ts'
import { requeueJob } from './run-job.ts'
import { noticesFor } from './webhooks.ts'

export type Ending = { status: JobStatus; output?: unknown; error?: string }

/**
 * Ends a job once: the first ending wins and writes its webhook notice in the same save; later ones change nothing (false).
 * A worker that did not end the job itself is told through job-stop.
 */
export function endJob(cloud: Cloud, job: Job, ending: Ending, atMs = cloud.clock.nowMs()): boolean {
  const { state } = job
  if (isTerminal(state.status)) return false
  if (state.status === 'IN_PROGRESS' && (ending.status === 'CANCELLED' || ending.status === 'TIMED_OUT'))
    stopWorker(job)
  state.status = ending.status
  state.finishedAtMs = atMs
  state.progress = undefined
  state.output = ending.output
  state.error = ending.error
  state.notices.push(...noticesFor(cloud, job))
  saveJob(cloud, job)
  ringStop(cloud, job)
  return true
}

/**
 * TTL is "a hard limit": the job is deleted whatever its state and `/status` answers 404
 * (https://docs.runpod.io/serverless/endpoints/send-requests). No webhook is documented for it, so none is sent.
 */
export function expireJob(cloud: Cloud, job: Job, atMs: number): void {
  if (job.state.status === 'IN_PROGRESS') stopWorker(job)
  job.state.finishedAtMs ??= atMs
  forgetJob(cloud, job)
  ringStop(cloud, job)
}

export function forgetJob(cloud: Cloud, job: Job): void {
  job.state.forgotten = true
  saveJob(cloud, job)
}

/**
 * No heartbeat named this job for too long. RunPod's pages do not describe this; its `/health` counts `retried` jobs and its
 * answers show one automatic second attempt (`"retries": 1`), then FAILED with exactly this message.
 */
export function loseJob(cloud: Cloud, job: Job, atMs: number): void {
  if (job.state.retries > 0) {
    endJob(cloud, job, { status: 'FAILED', error: `job timed out after ${job.state.retries} retries` }, atMs)
    return
  }
  job.state.retries += 1
  requeueJob(cloud, job)
}

/** Removes what waits in the queue; jobs in progress go on. */
export function purgeQueue(cloud: Cloud, endpointId: string): number {
  const queued = visibleJobs(cloud, endpointId).filter((job) => job.state.status === 'IN_QUEUE')
  for (const job of queued) endJob(cloud, job, { status: 'CANCELLED' })
  return queued.length
}

/** The ids this worker has not yet been told to stop; each is told once. */
export function takeStops(cloud: Cloud, endpointId: string, workerId: string): string[] | undefined {
  const told = [...cloud.jobs.values()].filter(
    (job) => job.state.stopWorkerId === workerId && job.request.endpointId === endpointId,
  )
  for (const job of told) {
    job.state.stopWorkerId = null
    saveJob(cloud, job)
  }
  return told.length === 0 ? undefined : told.map((job) => job.request.id)
}

function stopWorker(job: Job): void {
  job.state.stopWorkerId = job.state.workerId
}

function ringStop(cloud: Cloud, job: Job): void {
  if (job.state.stopWorkerId !== null) cloud.bell.ring(stopKey(job.state.stopWorkerId))
}
