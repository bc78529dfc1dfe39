'use client'

import { useState } from 'react'
import { usePages } from '#app/_components/data/use-pages.ts'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { PROJECT_RESTORE_DAYS, ProjectList } from '#lib/contracts/api/projects.ts'
import { ProjectCard } from './project-card.tsx'

const SHELVES = [
  { value: 'current', label: 'Projects' },
  { value: 'deleted', label: 'Deleted' },
] as const
const GRID = 'grid grid-cols-1 gap-x-5 gap-y-7 min-[28rem]:grid-cols-2 xl:grid-cols-3'

export function ProjectsScreen() {
  const [shelf, setShelf] = useState<'current' | 'deleted'>('current')
  const deleted = shelf === 'deleted'
  const list = usePages(`/api/projects${deleted ? '?deleted=true' : ''}`, ProjectList)
  const projects = list.pages?.flatMap((page) => page.projects)
  const refresh = () => void list.mutate()
  return (
    <>
      <PageHeader
        title="Projects"
        actions={<Segmented label="Show" value={shelf} options={SHELVES} onChange={setShelf} />}
      >
        {deleted ? (
          <p className="mt-3 text-sm text-muted">
            Deleted projects can be brought back for {PROJECT_RESTORE_DAYS} days.
          </p>
        ) : null}
      </PageHeader>
      {list.error && !projects ? <ErrorNotice error={list.error} onRetry={refresh} /> : null}
      {!projects && !list.error ? <GridSkeleton /> : null}
      {projects?.length === 0 ? <NoProjects deleted={deleted} /> : null}
      {projects && projects.length > 0 ? (
        <ul className={GRID}>
          {projects.map((project) => (
            <ProjectCard key={project.id} project={project} onChanged={refresh} />
          ))}
        </ul>
      ) : null}
      {list.hasMore ? (
        <div className="mt-8 text-center">
          <Button busy={list.isLoadingMore} onClick={() => void list.loadMore()}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  )
}

function NoProjects({ deleted }: { deleted: boolean }) {
  if (deleted) return <EmptyState title="Nothing was deleted">What you delete stays here for a while.</EmptyState>
  return (
    <EmptyState
      title="No project yet"
      action={
        <ButtonLink href="/library" tone="primary">
          To the library
        </ButtonLink>
      }
    >
      Open a clip in the library and choose Edit: marks, crops and highlights are kept here, and saved by themselves.
    </EmptyState>
  )
}

function GridSkeleton() {
  return (
    <Loading label="Loading your projects">
      <div className={GRID}>
        {['a', 'b', 'c'].map((key) => (
          <div key={key}>
            <Skeleton className="aspect-video w-full rounded-lg" />
            <Skeleton className="mt-3 h-4 w-2/3" />
          </div>
        ))}
      </div>
    </Loading>
  )
}
