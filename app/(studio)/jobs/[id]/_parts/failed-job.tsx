import { explainError } from '#app/_components/error-messages.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { CostSummary } from './job-outcome.tsx'
import { RerunJob } from './rerun-job.tsx'

type Fault = NonNullable<JobView['failure']>['fault']

const BLAME = {
  us: 'Our fault',
  input: 'The file',
  caller: 'The settings',
} as const satisfies Record<Fault, string>

export function FailedJob({ job }: { job: JobView }) {
  const failure = job.failure ?? { code: 'internal' as const, message: '', fault: 'us' as const, released_micros: 0 }
  const { title, advice } = explainError(new AppError(failure.code, failure.message))
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <section aria-label="What went wrong" className="rounded-xl border border-line bg-surface p-6 sm:p-8">
        <h2 className="text-2xl font-bold tracking-tight">{title}</h2>
        <p className="mt-2 text-muted">{advice}</p>
        <dl className="mt-6 grid gap-4 border-t border-line pt-5 sm:grid-cols-3">
          <div>
            <dt className="text-sm text-muted">Where it lay</dt>
            <dd className="font-semibold">{BLAME[failure.fault]}</dd>
          </div>
          <div>
            <dt className="text-sm text-muted">You paid</dt>
            <dd className="font-semibold">
              <Credits micros={job.cost.captured_micros ?? 0} />
            </dd>
          </div>
          <div>
            <dt className="text-sm text-muted">Back in your wallet</dt>
            <dd className="font-semibold text-grass">
              <Credits micros={failure.released_micros} />
            </dd>
          </div>
        </dl>
        {failure.message ? (
          <details className="mt-5 text-sm">
            <summary className="font-medium text-muted hover:text-text">What the worker said</summary>
            <p className="mt-2 rounded-md bg-sunk p-3 [overflow-wrap:anywhere] text-muted">
              {failure.message} ({failure.code})
            </p>
          </details>
        ) : null}
      </section>
      <CostSummary job={job}>
        {job.free ? null : <RerunJob job={job} label="Try again" tone="primary" />}
        <ButtonLink href={`/library/${job.input.id}`}>{job.free ? 'Open the clip' : 'Change the settings'}</ButtonLink>
      </CostSummary>
    </div>
  )
}
