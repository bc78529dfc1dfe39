import Link from 'next/link'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Credits } from '#app/_components/format/credits.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import { Poster } from '#app/_components/video/poster.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { describeJob } from './describe-params.ts'
import { JobStateBadge } from './job-state-badge.tsx'
import { stageSentence } from './stages.ts'

/** A job as one line of a list; the whole line leads to it. */
export function JobRow({ job }: { job: JobView }) {
  const clip = job.output ?? job.input
  return (
    <li className="relative flex items-start gap-4 border-t sm:items-center border-line px-4 py-3.5 first:border-0 hover:bg-raised sm:px-5">
      <div className="aspect-video w-20 shrink-0 overflow-hidden rounded-md bg-sunk sm:w-32">
        <Poster posterUrl={clip.poster_url} videoUrl={clip.proxy_url ?? clip.url} />
      </div>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link
            href={`/jobs/${job.id}`}
            className="min-w-0 truncate font-semibold outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ball-text"
          >
            {job.input.file_name}
          </Link>
          <JobStateBadge state={job.state} />
        </div>
        <p className="tabular mt-0.5 truncate text-sm text-muted">{describeJob(job)}</p>
        {isLive(job.state) && job.progress ? (
          <div className="mt-2 flex items-center gap-3">
            <PitchProgress size="sm" percent={job.progress.percent} label={`Progress of ${job.input.file_name}`} />
            <span className="tabular shrink-0 text-xs text-muted max-sm:hidden">{stageSentence(job.progress)}</span>
          </div>
        ) : (
          <p className="text-sm text-faint">
            <Ago atMs={job.created_at_ms} />
          </p>
        )}
        <p className="mt-1 text-sm sm:hidden">
          <RowCost job={job} />
        </p>
      </div>
      <p className="shrink-0 text-right text-sm max-sm:hidden">
        <RowCost job={job} />
      </p>
    </li>
  )
}

function RowCost({ job }: { job: JobView }) {
  const { captured_micros: captured, so_far_micros: soFar, ceiling_micros: ceiling } = job.cost
  if (job.free) return <span className="font-semibold text-grass">Free</span>
  return (
    <>
      <span className="font-semibold sm:block">
        <Credits micros={captured ?? soFar} unit={false} rounding={captured === null ? 'up' : 'nearest'} />
      </span>{' '}
      <span className="text-faint">
        of <Credits micros={ceiling} unit={false} rounding="up" />
      </span>
    </>
  )
}
