import type { JobState, JobView } from '#lib/contracts/api/jobs.ts'

const FASTEST_MS = 2000
const SLOWEST_MS = 15_000

const LIVE: Readonly<Record<JobState, boolean>> = {
  queued: true,
  running: true,
  finalizing: true,
  succeeded: false,
  failed: false,
  canceled: false,
}

export function isLive(state: JobState): boolean {
  return LIVE[state]
}

/**
 * How long to wait before asking for a job again: 2 s while something moves, slower the longer nothing has changed, 0 (never)
 * once it has ended.
 */
export function pollDelay(job: Pick<JobView, 'state'>, unchangedMs: number): number {
  if (!isLive(job.state)) return 0
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, unchangedMs / 6))
}
