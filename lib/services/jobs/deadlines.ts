import type { Settings } from '#lib/services/context.ts'

/** RunPod counts `policy.ttl` from submission to the end of the run; a little more than both waits, so that it never cuts a good run. */
const TTL_MARGIN_MS = 60_000

/** `policy.ttl`: how long RunPod may keep the job, queued and running together. */
export function queueDeadlineMs(settings: Settings, quote: { executionTimeoutMs: number }): number {
  return settings.maxQueueWaitMs + executionTimeoutMs(settings, quote) + TTL_MARGIN_MS
}

/** `policy.executionTimeout`: the quoted limit, at least the operator's floor (a cold model load alone can take a minute). */
export function executionTimeoutMs(settings: Settings, quote: { executionTimeoutMs: number }): number {
  return Math.max(settings.minExecutionTimeoutMs, quote.executionTimeoutMs)
}
