'use client'

import Link from 'next/link'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useJobs } from '#app/_components/data/use-jobs.ts'

/** How many jobs live right now; one job leads straight to its page. Nothing when there are none. */
export function JobsChip() {
  const { data } = useJobs()
  const live = data?.jobs.filter((job) => isLive(job.state)) ?? []
  const [first] = live
  if (!first) return null
  const label = live.length === 1 ? '1 job running' : `${live.length} jobs running`
  return (
    <Link
      href={live.length === 1 ? `/jobs/${first.id}` : '/jobs'}
      className="flex h-9 items-center gap-2 rounded-md bg-ball-wash px-3 text-sm font-semibold text-ball-text"
    >
      <span aria-hidden className="size-2 animate-pulse-dot rounded-full bg-ball" />
      {label}
    </Link>
  )
}
