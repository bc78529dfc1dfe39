'use client'

import { useApi } from '#app/_components/data/use-api.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { AdminOverview } from '#lib/contracts/api/admin.ts'
import { JOB_STATES } from '#lib/contracts/api/jobs.ts'
import { AdminJobs } from './admin-jobs.tsx'
import { StaffPanel } from './staff-panel.tsx'
import { StripeInbox } from './stripe-inbox.tsx'

const EVERY_MS = 10_000

export function AdminScreen({ canAct }: { canAct: boolean }) {
  const { data, error, mutate } = useApi('/api/admin/overview', AdminOverview, { refreshInterval: EVERY_MS })
  return (
    <>
      <PageHeader title="Operations" />
      {error && !data ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {!data && !error ? (
        <Loading label="Loading operations">
          <Skeleton className="h-24 rounded-xl" />
          <Skeleton className="mt-6 h-40 rounded-xl" />
          <Skeleton className="mt-6 h-80 rounded-xl" />
        </Loading>
      ) : null}
      {data ? (
        <div className="flex flex-col gap-6">
          <StateCounts counts={data.jobs_by_state} />
          <Alarms alarms={data.open_alarms} />
          <StripeInbox canAct={canAct} />
          <AdminJobs jobs={data.latest_jobs} />
          <StaffPanel canAct={canAct} />
        </div>
      ) : null}
    </>
  )
}

function StateCounts({ counts }: { counts: AdminOverview['jobs_by_state'] }) {
  return (
    <dl className="grid grid-cols-3 overflow-hidden rounded-xl border border-line bg-surface sm:grid-cols-6">
      {JOB_STATES.map((state) => (
        <div key={state} className="border-line p-4 not-first:border-l max-sm:nth-4:border-l-0">
          <dt className="text-sm text-muted">{state}</dt>
          <dd className="tabular text-3xl font-extrabold tracking-tight">{counts[state] ?? 0}</dd>
        </div>
      ))}
    </dl>
  )
}

function Alarms({ alarms }: { alarms: AdminOverview['open_alarms'] }) {
  return (
    <section aria-labelledby="alarms" className="rounded-xl border border-line bg-surface">
      <h2 id="alarms" className="px-5 pt-4 pb-2 text-lg font-semibold">
        Open alarms
      </h2>
      {alarms.length === 0 ? (
        <p className="px-5 pb-5 text-grass">None. The books balance and nothing is stuck.</p>
      ) : null}
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line px-5 py-3">
            <Badge tone="card">{alarm.kind.replaceAll('_', ' ')}</Badge>
            <p className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">{alarm.message}</p>
            <p className="tabular text-sm text-muted">
              {alarm.count}× · <Ago atMs={alarm.last_seen_at_ms} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
