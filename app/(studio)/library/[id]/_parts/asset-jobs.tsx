'use client'

import { isLive } from '#app/_components/data/poll-delay.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { JobRow } from '#app/_components/job/job-row.tsx'
import { JobList } from '#lib/contracts/api/jobs.ts'

const LIVE_MS = 4000

/** What was made of this clip. Nothing to see until there is something. */
export function AssetJobs({ assetId }: { assetId: string }) {
  const { data } = useApi(`/api/jobs?asset_id=${encodeURIComponent(assetId)}`, JobList, {
    refreshInterval: (list) => (list?.jobs.some((job) => isLive(job.state)) ? LIVE_MS : 0),
  })
  if (!data || data.jobs.length === 0) return null
  return (
    <section aria-label="Jobs of this clip" className="rounded-xl border border-line bg-surface">
      <h2 className="px-5 pt-4 pb-1 text-lg font-semibold">Jobs of this clip</h2>
      <ul>
        {data.jobs.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  )
}
