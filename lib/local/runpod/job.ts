import { z } from 'zod'

export const JobStatus = z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'])
export type JobStatus = z.infer<typeof JobStatus>

/** What `/status` answers and a webhook carries. Keys are absent until they mean something, as on RunPod. */
export const StatusView = z.object({
  id: z.string(),
  status: JobStatus,
  delayTime: z.number().optional(),
  executionTime: z.number().optional(),
  workerId: z.string().optional(),
  retries: z.number().optional(),
  output: z.unknown().optional(),
  error: z.string().optional(),
})
export type StatusView = z.infer<typeof StatusView>

/** A webhook still to be delivered; `view` is the job as it was when the notice was written. */
export const Notice = z.object({
  id: z.string(),
  view: StatusView,
  dueAtMs: z.number(),
  attempt: z.number(),
  attemptsLeft: z.number(),
})
export type Notice = z.infer<typeof Notice>

export const Delivery = z.object({
  noticeId: z.string(),
  atMs: z.number(),
  attempt: z.number(),
  status: z.number().nullable(),
  error: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/** The part of a job that changes; the request it came with (`JobRequest`) is written once. */
export const JobState = z.object({
  status: JobStatus,
  queuedAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  workerId: z.string().nullable(),
  heartbeatAtMs: z.number().nullable(),
  retries: z.number(),
  progress: z.unknown().optional(),
  output: z.unknown().optional(),
  error: z.string().optional(),
  stream: z.array(z.unknown()),
  /** The worker that still has to hear, through job-stop, that this job is over. */
  stopWorkerId: z.string().nullable(),
  notices: z.array(Notice),
  deliveries: z.array(Delivery),
  /** Gone for clients (they get 404), kept for whoever looks at the control endpoints. */
  forgotten: z.boolean(),
})
export type JobState = z.infer<typeof JobState>

export const JobRequest = z.object({
  id: z.string(),
  endpointId: z.string(),
  sync: z.boolean(),
  submittedAtMs: z.number(),
  executionTimeoutMs: z.number(),
  ttlMs: z.number(),
  lowPriority: z.boolean(),
  webhook: z.string().nullable(),
  input: z.unknown(),
  s3Config: z.unknown().optional(),
})
export type JobRequest = z.infer<typeof JobRequest>

export type Job = { request: JobRequest; state: JobState }

export function isTerminal(status: JobStatus): boolean {
  return status !== 'IN_QUEUE' && status !== 'IN_PROGRESS'
}

export function queuedState(nowMs: number): JobState {
  return {
    status: 'IN_QUEUE',
    queuedAtMs: nowMs,
    startedAtMs: null,
    finishedAtMs: null,
    workerId: null,
    heartbeatAtMs: null,
    retries: 0,
    stream: [],
    stopWorkerId: null,
    notices: [],
    deliveries: [],
    forgotten: false,
  }
}

/**
 * `delayTime` runs from the queue to the start of the last attempt and `executionTime` covers that attempt alone: both are
 * recomputed by a retry, as seen on RunPod's own answers for a job with `retries: 1`.
 */
export function statusView({ request, state }: Job): StatusView {
  const view: StatusView = { id: request.id, status: state.status }
  if (state.startedAtMs !== null) {
    view.delayTime = state.startedAtMs - state.queuedAtMs
    if (state.workerId !== null) view.workerId = state.workerId
    if (state.finishedAtMs !== null) view.executionTime = state.finishedAtMs - state.startedAtMs
  }
  if (state.retries > 0) view.retries = state.retries
  const output = state.status === 'IN_PROGRESS' ? state.progress : state.output
  if (output !== undefined) view.output = output
  if (state.error !== undefined) view.error = state.error
  return view
}
