import { Bell } from './bell.ts'
import { Clock } from './clock.ts'
import { Faults } from './faults.ts'
import type { Job } from './job.ts'
import { RateLimits } from './rate-limits.ts'
import { JobStore } from './store.ts'

export type Settings = {
  apiKey: string
  workerKey: string
  /** Endpoint ids that exist; undefined = any. */
  endpoints: readonly string[] | undefined
  webhookRetryDelayMs: number
  longPollMs: number
  forgetAfterMs: number
  workerLostAfterMs: number
}

export type Worker = {
  id: string
  endpointId: string
  lastSeenAtMs: number
  /** Takes that wait for a job right now. */
  openPolls: number
  pings: number
  pingedJobIds: string[]
  version: string | null
  unhealthyReason: string | null
  /** It asked for a refresh (`stopPod`): its container is going away and gets no work until it takes anew. */
  stopping: boolean
}

/** Everything one stand-in holds. Jobs are on disk as well; workers, faults and rate windows live with the process. */
export type Cloud = {
  settings: Settings
  clock: Clock
  store: JobStore
  jobs: Map<string, Job>
  workers: Map<string, Worker>
  bell: Bell
  faults: Faults
  rateLimits: RateLimits
  /** Called after every change to a job, so that the timer for the next deadline is set anew. */
  onJobChanged: () => void
}

const KEEP_FORGOTTEN_MS = 24 * 3600 * 1000

/** Opens the folder and takes up where the last process stopped. */
export function openCloud(settings: Settings, dataDir: string): Cloud {
  const store = new JobStore(dataDir)
  const clock = new Clock(store.loadClockOffsetMs())
  const cloud: Cloud = {
    settings,
    clock,
    store,
    jobs: new Map(),
    workers: new Map(),
    bell: new Bell(),
    faults: new Faults(),
    rateLimits: new RateLimits(),
    onJobChanged: () => {},
  }
  for (const job of store.load()) restore(cloud, job)
  return cloud
}

export function saveJob(cloud: Cloud, job: Job): void {
  cloud.store.update(job)
  cloud.bell.ring(jobKey(job.request.id))
  cloud.onJobChanged()
}

/** The job as clients see it: undefined when unknown, forgotten, or of another endpoint. */
export function findJob(cloud: Cloud, endpointId: string, jobId: string): Job | undefined {
  const job = cloud.jobs.get(jobId)
  return job === undefined || job.state.forgotten || job.request.endpointId !== endpointId ? undefined : job
}

export function visibleJobs(cloud: Cloud, endpointId: string): Job[] {
  return [...cloud.jobs.values()].filter((j) => j.request.endpointId === endpointId && !j.state.forgotten)
}

export const jobKey = (jobId: string) => `job ${jobId}`
export const queueKey = (endpointId: string) => `queue ${endpointId}`
export const stopKey = (workerId: string) => `stop ${workerId}`

/** A running job gets a fresh heartbeat: its worker could not ping while this server was down. */
function restore(cloud: Cloud, job: Job): void {
  const nowMs = cloud.clock.nowMs()
  const { request, state } = job
  const restsSinceMs = state.finishedAtMs ?? request.submittedAtMs
  if (state.forgotten && state.notices.length === 0 && restsSinceMs < nowMs - KEEP_FORGOTTEN_MS) {
    cloud.store.remove(request.id)
    return
  }
  if (state.status === 'IN_PROGRESS') state.heartbeatAtMs = nowMs
  cloud.jobs.set(request.id, job)
}
