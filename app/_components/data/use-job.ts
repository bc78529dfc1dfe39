'use client'

import { useRef } from 'react'
import { JobView } from '#lib/contracts/api/jobs.ts'
import { pollDelay } from './poll-delay.ts'
import { useApi } from './use-api.ts'

/** A job, asked for again while it lives. A hidden tab asks nothing. */
export function useJob(id: string) {
  const last = useRef({ fingerprint: '', atMs: 0 })
  return useApi(`/api/status/${encodeURIComponent(id)}`, JobView, {
    refreshInterval: (job) => {
      if (!job) return 2000
      const fingerprint = `${job.state} ${job.progress?.stage} ${job.progress?.frame} ${job.progress?.queue_ahead}`
      const nowMs = Date.now()
      if (fingerprint !== last.current.fingerprint) last.current = { fingerprint, atMs: nowMs }
      return pollDelay(job, nowMs - last.current.atMs)
    },
  })
}
