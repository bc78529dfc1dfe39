'use client'

import { ChevronRight } from 'lucide-react'
import { Ago } from '#app/_components/format/ago.tsx'
import { describeJob } from '#app/_components/job/describe-params.ts'
import { JobStateBadge } from '#app/_components/job/job-state-badge.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { isSample, SAMPLE_LABEL } from '#lib/core/project/sample-export.ts'

const SHOWN = 8

/** What was made of this video before, and what is being made; each opens in place. */
export function EarlierExports({ jobs, onOpen }: { jobs: readonly JobView[]; onOpen: (id: string) => void }) {
  if (jobs.length === 0) return null
  return (
    <section aria-labelledby="earlier-exports" className="border-t border-line py-3">
      <h2 id="earlier-exports" className="px-4 pb-1 text-sm font-semibold">
        Exports of this video
      </h2>
      <ul>
        {jobs.slice(0, SHOWN).map((job) => (
          <li key={job.id}>
            <button
              type="button"
              onClick={() => onOpen(job.id)}
              className="flex min-h-13 w-full items-center gap-3 px-4 py-2 text-left text-sm hover:bg-raised focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">
                  {isSample(job.params) ? SAMPLE_LABEL : describeJob(job)}
                </span>
                <span className="text-muted">
                  <Ago atMs={job.created_at_ms} />
                </span>
              </span>
              <JobStateBadge state={job.state} />
              <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
