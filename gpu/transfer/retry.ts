import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryPolicy {
  readonly tries: number
  /** First wait; doubles each time, up to `maxMs`, with up to a quarter taken off at random. */
  readonly baseMs: number
  readonly maxMs?: number
}

/** A failure that trying again cannot mend. */
export class FinalError extends Error {}

export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  return Math.min(policy.baseMs * 2 ** attempt, policy.maxMs ?? 30_000) * (1 - random() / 4)
}

/** Runs `attempt` until it succeeds, throws `FinalError`, or has been tried often enough; then the last error is thrown. */
export async function retry<Value>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: (index: number) => Promise<Value>,
): Promise<Value> {
  for (let index = 0; ; index++) {
    signal?.throwIfAborted()
    try {
      return await attempt(index)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof FinalError || index + 1 >= policy.tries) throw error
    }
    await sleep(backoffMs(policy, index), undefined, { signal })
  }
}

/** Answers worth asking for again: overload, time-outs and the server's own faults. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}
