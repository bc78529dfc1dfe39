'use client'

import { useEffect, useRef } from 'react'
import { useSWRConfig } from 'swr'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useJob } from '#app/_components/data/use-job.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { describeJob } from '#app/_components/job/describe-params.ts'
import { JobStateBadge } from '#app/_components/job/job-state-badge.tsx'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { CanceledJob } from './canceled-job.tsx'
import { FailedJob } from './failed-job.tsx'
import { LiveJob } from './live-job.tsx'
import { SucceededJob } from './succeeded-job.tsx'

const BACK = { href: '/jobs', label: 'Jobs' }

export function JobScreen({ id }: { id: string }) {
  const { data: job, error, mutate } = useJob(id)
  useRefreshAtTheEnd(job)
  if (error && !job) {
    return (
      <>
        <PageHeader title="Job" back={BACK} />
        <ErrorNotice error={error} onRetry={() => void mutate()} />
      </>
    )
  }
  if (!job) return <JobSkeleton />
  const setJob = (next: JobView) => void mutate(next, { revalidate: false })
  return (
    <>
      <PageHeader title={job.input.file_name} back={BACK} actions={<JobStateBadge state={job.state} />}>
        <p className="tabular mt-1 text-muted">{describeJob(job)}</p>
      </PageHeader>
      <Body job={job} onChanged={setJob} onStale={() => void mutate()} />
    </>
  )
}

function Body({ job, onChanged, onStale }: { job: JobView; onChanged: (job: JobView) => void; onStale: () => void }) {
  switch (job.state) {
    case 'queued':
    case 'running':
    case 'finalizing':
      return <LiveJob job={job} onChanged={onChanged} onStale={onStale} />
    case 'succeeded':
      return <SucceededJob job={job} />
    case 'failed':
      return <FailedJob job={job} />
    case 'canceled':
      return <CanceledJob job={job} />
  }
}

/** When a job ends, the balance and the lists have changed, too. */
function useRefreshAtTheEnd(job: JobView | undefined): void {
  const { mutate } = useSWRConfig()
  const wasLive = useRef(false)
  const live = job ? isLive(job.state) : false
  useEffect(() => {
    if (wasLive.current && !live) {
      void mutate(WALLET_PATH)
      void mutate('/api/jobs')
    }
    wasLive.current = live
  }, [live, mutate])
}

function JobSkeleton() {
  return (
    <Loading label="Loading job">
      <Skeleton className="h-4 w-16" />
      <Skeleton className="mt-4 h-8 w-72 max-w-full" />
      <Skeleton className="mt-2 mb-8 h-5 w-56" />
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="aspect-video w-full rounded-lg" />
        <Skeleton className="h-72 w-full rounded-xl" />
      </div>
    </Loading>
  )
}
