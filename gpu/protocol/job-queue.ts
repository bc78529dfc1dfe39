import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Log } from '#gpu/log.ts'
import type { RunpodEnv } from './runpod-env.ts'

const POLL_MS = 90_000
const GRACE_MS = 5000
const TakenJob = z.object({ id: z.string().min(1), input: z.unknown() })
export type TakenJob = z.infer<typeof TakenJob>
/** Asked for one, RunPod answers the job; asked for several, a list. */
const TakenJobs = z.union([z.array(TakenJob), TakenJob.transform((job) => [job])])
const StoppedJobs = z.object({ jobsToStop: z.array(z.string()) })

export interface Pauses {
  /** After an answer or failure that makes no sense to repeat at once. */
  readonly errorMs: number
  /** After 429. */
  readonly rateLimitMs: number
}
export const PAUSES: Pauses = { errorMs: 1000, rateLimitMs: 5000 }

/** Long-polls for up to `count` jobs. None when there were none, or after waiting out an error. */
export async function takeJobs(
  env: RunpodEnv,
  { busy, count }: { readonly busy: boolean; readonly count: number },
  log: Log,
  signal: AbortSignal,
  pauses: Pauses,
): Promise<readonly TakenJob[]> {
  try {
    const response = await fetch(env.takeUrl(busy, count), {
      headers: env.headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(POLL_MS + GRACE_MS)]),
    })
    if (response.status === 200) return TakenJobs.parse(await response.json())
    await response.body?.cancel()
    if (response.status === 204) return []
    // 400 is what a worker gets that has just been woken (FlashBoot); it is not an error.
    if (response.status !== 400) log('warn', `taking a job: RunPod answered ${response.status}`)
    await sleep(response.status === 429 ? pauses.rateLimitMs : pauses.errorMs, undefined, { signal })
  } catch (error) {
    if (signal.aborted || (error instanceof Error && error.name === 'TimeoutError')) return []
    log('warn', `taking a job: ${error instanceof Error ? error.message : error}`)
    await sleep(pauses.errorMs, undefined, { signal }).catch(() => undefined)
  }
  return []
}

/** Long-polls for jobs to stop, until the signal; hands each id on. */
export async function watchStops(
  env: RunpodEnv,
  onStop: (jobId: string) => void,
  signal: AbortSignal,
  pauses: Pauses,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(env.stopUrl, {
        headers: env.headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(POLL_MS + GRACE_MS)]),
      })
      if (response.status === 200) {
        for (const id of StoppedJobs.parse(await response.json()).jobsToStop) onStop(id)
        continue
      }
      await response.body?.cancel()
      if (response.status === 204) continue
      await sleep(pauses.errorMs, undefined, { signal })
    } catch {
      if (!signal.aborted) await sleep(pauses.errorMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
