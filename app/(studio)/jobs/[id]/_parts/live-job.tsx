'use client'

import { Credits } from '#app/_components/format/credits.tsx'
import { etaSentence, spokenProgress, stageSentence } from '#app/_components/job/stages.ts'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { CancelJobButton } from './cancel-job.tsx'
import { LiveFrame } from './live-frame.tsx'
import { Stations } from './stations.tsx'

export function LiveJob({
  job,
  onChanged,
  onStale,
}: {
  job: JobView
  onChanged: (job: JobView) => void
  onStale: () => void
}) {
  const { progress, cost } = job
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <section aria-label="Progress" className="overflow-hidden rounded-xl border border-line bg-surface">
        <LiveFrame job={job} />
        <div className="p-5 sm:p-6">
          <LiveRegion>{progress ? spokenProgress(progress) : ''}</LiveRegion>
          <div className="tabular flex min-h-7 flex-wrap items-baseline justify-between gap-x-4">
            <p className="text-lg font-semibold">{progress ? stageSentence(progress) : 'Handing over to the GPU'}</p>
            <p className="text-muted">{progress ? `${Math.round(progress.percent)} %` : ''}</p>
          </div>
          <div className="mt-4">
            <PitchProgress percent={progress?.percent ?? 0} label="Job progress" />
          </div>
          {progress ? <Stations stage={progress.stage} /> : null}
          {progress?.message && job.attempt_number > 1 ? (
            <p className="mt-4 text-sm text-muted">{progress.message}</p>
          ) : null}
        </div>
      </section>
      <aside aria-label="Cost and control" className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5">
        <div>
          <h2 className="text-sm text-muted">Cost so far</h2>
          <p className="text-3xl font-extrabold tracking-tight">
            <Credits micros={cost.so_far_micros} unit={false} rounding="up" />
          </p>
          <p className="text-sm text-muted">
            never more than <Credits micros={cost.ceiling_micros} rounding="up" />
          </p>
          <div aria-hidden className="mt-3 h-1.5 overflow-hidden rounded-full bg-sunk">
            <div
              className="h-full rounded-full bg-grass transition-[width] duration-700"
              style={{ width: `${Math.min(100, (cost.so_far_micros / Math.max(1, cost.ceiling_micros)) * 100)}%` }}
            />
          </div>
        </div>
        <div className="border-t border-line pt-4">
          <h2 className="text-sm text-muted">Time</h2>
          <p className="tabular font-semibold">{progress ? etaSentence(progress) : 'measured once frames move'}</p>
        </div>
        <CancelJobButton job={job} onChanged={onChanged} onStale={onStale} />
        <p className="text-sm text-faint">You can close this page. If it takes long, we mail you when it is done.</p>
      </aside>
    </div>
  )
}
