/** RunPod's own words for a job's state. */
export type ComputeStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT'

export interface ComputeJob {
  id: string
  status: ComputeStatus
  /** Milliseconds of GPU time RunPod bills; present once terminal. */
  executionMs: number | null
  /** Milliseconds the job waited before a worker took it. */
  delayMs: number | null
  output: unknown
  /** What the worker reported as its failure: text, usually JSON of ours. */
  error: string | null
  workerId: string | null
}

/**
 * Dispatch has three outcomes, because `/run` has no idempotency key and its response can be lost:
 * accepted (with an id), refused (surely not queued), unknown (may or may not be queued).
 */
export type DispatchOutcome =
  | { outcome: 'accepted'; computeJobId: string }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'unknown'; reason: string }

/** A status read: the job, `forgotten` (results live 30 minutes), or `unreachable` (ask again later). */
export type StatusOutcome =
  | { outcome: 'found'; job: ComputeJob }
  | { outcome: 'forgotten' }
  | { outcome: 'unreachable'; reason: string }

export interface Compute {
  dispatch(request: {
    endpointId: string
    input: unknown
    webhookUrl: string
    executionTimeoutMs: number
    ttlMs: number
  }): Promise<DispatchOutcome>
  readStatus(endpointId: string, computeJobId: string): Promise<StatusOutcome>
  /** Best effort; a job that is gone or finished counts as cancelled. */
  cancel(endpointId: string, computeJobId: string): Promise<{ canceled: boolean }>
}
