import type { JobRecord } from './job-record.ts'

/** The attempt the GPU is working on and for how long; null before one started. Earlier, lost attempts are our cost. */
export function runningTime(record: JobRecord, nowMs: number): { attemptId: string; gpuMs: number } | null {
  const running = record.attempts.find((attempt) => attempt.state === 'running')
  if (!running || running.claimedAtMs === null) return null
  return { attemptId: running.id, gpuMs: Math.max(0, nowMs - running.claimedAtMs) }
}
