import type { Operation } from './faults.ts'

const WINDOW_MS = 10_000

/** Requests per ten seconds and endpoint: https://docs.runpod.io/serverless/endpoints/send-requests, "Rate limits". */
const LIMITS: Partial<Record<Operation, number>> = {
  run: 1000,
  runsync: 2000,
  status: 2000,
  'status-sync': 2000,
  stream: 2000,
  cancel: 100,
  'purge-queue': 2,
}

/** A sliding window per endpoint and operation. RunPod raises its limits with the worker count; this keeps to the base. */
export class RateLimits {
  #times = new Map<string, number[]>()

  /** False when the request is one too many; a refused request does not count. */
  admit(endpointId: string, operation: Operation, nowMs: number): boolean {
    const limit = LIMITS[operation]
    if (limit === undefined) return true
    const key = `${endpointId} ${operation}`
    const recent = (this.#times.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS)
    const admitted = recent.length < limit
    if (admitted) recent.push(nowMs)
    this.#times.set(key, recent)
    return admitted
  }
}
