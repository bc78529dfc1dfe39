import type { ErrorCode } from '#lib/contracts/errors.ts'

export const MAX_ATTEMPTS = 3

export interface AttemptFailure {
  code: ErrorCode
  message: string
  /** Only infrastructure faults are; a bad input stays bad. */
  retryable: boolean
}

export type RetryDecision =
  | { decision: 'retry'; notBeforeMs: number }
  | { decision: 'give_up'; code: ErrorCode; message: string }

/**
 * Whether a failed attempt gets a successor: infrastructure faults up to three attempts, with doubling back-off
 * (`backoffMs`, 2 × `backoffMs`, …). `attemptNumber` is 1-based and counts the failed one.
 */
export function decideRetry(input: {
  failure: AttemptFailure
  attemptNumber: number
  nowMs: number
  backoffMs: number
  /** When the hold ends: an attempt that could not start before that is pointless. */
  holdExpiresAtMs: number
}): RetryDecision {
  const { failure, attemptNumber, nowMs, backoffMs } = input
  const notBeforeMs = nowMs + backoffMs * 2 ** (attemptNumber - 1)
  if (failure.retryable && attemptNumber < MAX_ATTEMPTS && notBeforeMs < input.holdExpiresAtMs) {
    return { decision: 'retry', notBeforeMs }
  }
  return { decision: 'give_up', code: failure.code, message: failure.message }
}
