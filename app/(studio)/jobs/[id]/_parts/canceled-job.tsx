import { ButtonLink } from '#app/_components/ui/button.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { CostSummary } from './job-outcome.tsx'
import { RerunJob } from './rerun-job.tsx'

export function CanceledJob({ job }: { job: JobView }) {
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <section aria-label="Canceled" className="rounded-xl border border-line bg-surface p-6 sm:p-8">
        <h2 className="text-2xl font-bold tracking-tight">You canceled this job</h2>
        <p className="mt-2 text-muted">
          {job.cost.captured_micros
            ? 'You paid for the GPU seconds used until then; the rest is back in your wallet.'
            : job.free
              ? 'It was free.'
              : 'The GPU had not started, so it cost nothing.'}
        </p>
      </section>
      <CostSummary job={job}>
        {job.free ? null : <RerunJob job={job} label="Run again" tone="primary" />}
        <ButtonLink href={`/library/${job.input.id}`}>Open the clip</ButtonLink>
      </CostSummary>
    </div>
  )
}
