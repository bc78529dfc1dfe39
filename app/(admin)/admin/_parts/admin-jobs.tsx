import { Ago } from '#app/_components/format/ago.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import { JobStateBadge } from '#app/_components/job/job-state-badge.tsx'
import { Sideways } from '#app/_components/ui/sideways.tsx'
import type { AdminOverview } from '#lib/contracts/api/admin.ts'

const HEAD = ['Job', 'User', 'State', 'Runs', 'Earned', 'GPU cost', 'Margin'] as const

/** The latest jobs with what each earned and cost. */
export function AdminJobs({ jobs }: { jobs: AdminOverview['latest_jobs'] }) {
  return (
    <section aria-labelledby="latest" className="rounded-xl border border-line bg-surface">
      <h2 id="latest" className="px-5 pt-4 pb-2 text-lg font-semibold">
        Latest jobs
      </h2>
      <Sideways label="Latest jobs, table">
        <table className="tabular w-full min-w-[52rem] border-collapse text-left text-sm">
          <thead>
            <tr className="text-xs text-faint">
              {HEAD.map((name, i) => (
                <th key={name} scope="col" className={`px-5 py-2 font-medium ${i > 2 ? 'text-right' : ''}`}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
          </tbody>
        </table>
      </Sideways>
      {jobs.length === 0 ? <p className="px-5 pb-5 text-muted">No jobs yet.</p> : null}
    </section>
  )
}

function JobLine({ job }: { job: AdminOverview['latest_jobs'][number] }) {
  const { captured_micros: earned, gpu_cost_micros: cost } = job
  const margin = earned === null || cost === null ? null : earned - cost
  return (
    <tr className="border-t border-line">
      <td className="px-5 py-2.5">
        <span className="block font-medium">{job.id}</span>
        <span className="text-muted">
          {job.task} · <Ago atMs={job.created_at_ms} />
        </span>
      </td>
      <td className="max-w-48 truncate px-5 py-2.5" title={job.user_email}>
        {job.user_email}
      </td>
      <td className="px-5 py-2.5">
        <JobStateBadge state={job.state} />
        {job.failure_code ? <span className="block text-card">{job.failure_code}</span> : null}
      </td>
      <td className="px-5 py-2.5 text-right">{job.attempts}</td>
      <Amount micros={earned} />
      <Amount micros={cost} />
      <td className={`px-5 py-2.5 text-right font-semibold ${margin !== null && margin < 0 ? 'text-card' : ''}`}>
        {margin === null ? '–' : <Credits micros={margin} unit={false} />}
      </td>
    </tr>
  )
}

function Amount({ micros }: { micros: number | null }) {
  return <td className="px-5 py-2.5 text-right">{micros === null ? '–' : <Credits micros={micros} unit={false} />}</td>
}
