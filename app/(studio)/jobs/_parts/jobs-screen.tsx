'use client'

import { isLive } from '#app/_components/data/poll-delay.ts'
import { usePages } from '#app/_components/data/use-pages.ts'
import { JobRow } from '#app/_components/job/job-row.tsx'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { JobList } from '#lib/contracts/api/jobs.ts'

const LIVE_MS = 4000

function delay(pages: JobList[] | undefined): number {
  return pages?.some((page) => page.jobs.some((job) => isLive(job.state))) ? LIVE_MS : 0
}

export function JobsScreen() {
  const { pages, error, mutate, hasMore, isLoadingMore, loadMore } = usePages('/api/jobs', JobList, delay)
  const jobs = pages?.flatMap((page) => page.jobs)
  return (
    <>
      <PageHeader title="Jobs" />
      {error && !jobs ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {!jobs && !error ? <ListSkeleton /> : null}
      {jobs?.length === 0 ? (
        <EmptyState
          title="Nothing on the pitch yet"
          action={
            <ButtonLink href="/library" tone="primary">
              Go to your library
            </ButtonLink>
          }
        >
          Open a clip, look at its quote and press Run. The job then shows up here, frame by frame.
        </EmptyState>
      ) : null}
      {jobs && jobs.length > 0 ? (
        <ul className="overflow-hidden rounded-xl border border-line bg-surface">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      ) : null}
      {hasMore ? (
        <div className="mt-6 text-center">
          <Button busy={isLoadingMore} onClick={() => void loadMore()}>
            Show older
          </Button>
        </div>
      ) : null}
    </>
  )
}

function ListSkeleton() {
  return (
    <Loading label="Loading jobs">
      <div className="rounded-xl border border-line bg-surface">
        {['a', 'b', 'c', 'd'].map((key) => (
          <div key={key} className="flex items-center gap-4 border-t border-line px-5 py-3.5 first:border-0">
            <Skeleton className="aspect-video w-24 sm:w-32" />
            <div className="flex-1">
              <Skeleton className="h-5 w-1/2" />
              <Skeleton className="mt-2 h-4 w-1/3" />
            </div>
          </div>
        ))}
      </div>
    </Loading>
  )
}
