'use client'

import { JobList } from '#lib/contracts/api/jobs.ts'
import { isLive } from './poll-delay.ts'
import { useApi } from './use-api.ts'

const LIVE_MS = 4000
const IDLE_MS = 60_000

/** The newest jobs; followed closely only while one of them lives. */
export function useJobs() {
  return useApi('/api/jobs', JobList, {
    refreshInterval: (list) => (list?.jobs.some((job) => isLive(job.state)) ? LIVE_MS : IDLE_MS),
  })
}
