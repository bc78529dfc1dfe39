import type { Settings } from '#lib/services/context.ts'

/**
 * `policy.ttl`: RunPod counts it from submission and it deletes running jobs too, so it is the longest wait plus the longest run and
 * a little more, so that it never cuts a good run.
 */
export function queueDeadlineMs(settings: Settings, quote: { executionTimeoutMs: number }): number {
  return settings.maxQueueWaitMs + executionTimeoutMs(settings, quote) + settings.ttlMarginMs
}

/** `policy.executionTimeout`: the quoted limit, at least the operator's floor (a cold model load alone can take a minute). */
export function executionTimeoutMs(settings: Settings, quote: { executionTimeoutMs: number }): number {
  return Math.max(settings.minExecutionTimeoutMs, quote.executionTimeoutMs)
}
