'use client'

import { ArrowLeft, Download, ReceiptText } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useSWRConfig } from 'swr'
import { useJob } from '#app/_components/data/use-job.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { explainError } from '#app/_components/error-messages.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { etaSentence, spokenProgress, stageSentence } from '#app/_components/job/stages.ts'
import { Button, ButtonAnchor, ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { CancelJobButton } from '#app/(studio)/jobs/[id]/_parts/cancel-job.tsx'
import { LiveFrame } from '#app/(studio)/jobs/[id]/_parts/live-frame.tsx'
import { Stations } from '#app/(studio)/jobs/[id]/_parts/stations.tsx'
import { Results } from '#app/(studio)/jobs/[id]/_parts/succeeded-job.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'

/** An export, from the queue to the player. Leaving it stops nothing. */
export function ExportJob({ id, onLeave }: { id: string; onLeave: () => void }) {
  const { data: job, error, mutate } = useJob(id)
  useFreshWallet(job?.state)
  return (
    <section aria-label="Export" className="flex flex-col gap-4 p-4">
      <Button size="sm" tone="quiet" className="self-start" onClick={onLeave}>
        <ArrowLeft aria-hidden />
        Export settings
      </Button>
      {error && !job ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {job ? (
        <Body
          job={job}
          onChanged={(next) => void mutate(next, { revalidate: false })}
          onStale={() => void mutate()}
          onLeave={onLeave}
        />
      ) : error ? null : (
        <Loading label="Loading export">
          <Skeleton className="aspect-video w-full rounded-lg" />
        </Loading>
      )}
    </section>
  )
}

interface LiveProps {
  readonly job: JobView
  readonly onChanged: (job: JobView) => void
  readonly onStale: () => void
}

function Body({ job, onChanged, onStale, onLeave }: LiveProps & { onLeave: () => void }) {
  switch (job.state) {
    case 'queued':
    case 'running':
    case 'finalizing':
      return <Live job={job} onChanged={onChanged} onStale={onStale} />
    case 'succeeded':
      return <Made job={job} />
    case 'failed':
      return <Failed job={job} onLeave={onLeave} />
    case 'canceled':
      return (
        <Notice tone="info" title="You canceled this export">
          {job.cost.captured_micros ? 'You paid for the GPU seconds used until then.' : 'It cost nothing.'}
        </Notice>
      )
  }
}

function Live({ job, onChanged, onStale }: LiveProps) {
  const { progress, cost } = job
  return (
    <>
      <LiveRegion>{progress ? spokenProgress(progress) : ''}</LiveRegion>
      <div className="overflow-hidden rounded-lg">
        <LiveFrame job={job} />
      </div>
      <div>
        <div className="tabular mb-3 flex items-baseline justify-between gap-3">
          <p className="font-semibold">{progress ? stageSentence(progress) : 'Handing over to the GPU'}</p>
          <p className="shrink-0 text-sm text-muted">{progress ? `${Math.round(progress.percent)} %` : ''}</p>
        </div>
        <PitchProgress percent={progress?.percent ?? 0} label="Export progress" />
        {progress ? <Stations stage={progress.stage} /> : null}
      </div>
      <dl className="tabular flex flex-col gap-1.5 border-t border-line pt-3 text-sm">
        <Row term="Time">{progress ? etaSentence(progress) : 'measured once frames move'}</Row>
        <Row term="Cost so far">
          <Credits micros={cost.so_far_micros} unit={false} rounding="up" />
        </Row>
        <Row term="Never more than">
          <Credits micros={cost.ceiling_micros} rounding="up" />
        </Row>
      </dl>
      <CancelJobButton job={job} onChanged={onChanged} onStale={onStale} />
      <p className="text-sm text-muted">You can go on editing, or close this page: the export goes on.</p>
    </>
  )
}

function Made({ job }: { job: JobView }) {
  const isOneVideo = job.products.some(({ kind }) => kind === 'video')
  return (
    <>
      <h2 className="text-lg font-semibold">Your export is ready</h2>
      <Results job={job} />
      <div className="flex flex-col gap-2">
        {isOneVideo && job.output?.download_url ? (
          <ButtonAnchor href={job.output.download_url} tone="primary">
            <Download aria-hidden />
            Download
          </ButtonAnchor>
        ) : null}
        {job.output ? <ButtonLink href={`/library/${job.output.id}`}>Open in library</ButtonLink> : null}
        <ReceiptLink job={job} />
      </div>
    </>
  )
}

function ReceiptLink({ job }: { job: JobView }) {
  return (
    <ButtonLink href={`/jobs/${job.id}/receipt`}>
      <ReceiptText aria-hidden />
      Receipt: paid <Credits micros={job.cost.captured_micros ?? 0} />
    </ButtonLink>
  )
}

function Failed({ job, onLeave }: { job: JobView; onLeave: () => void }) {
  const { code, message } = job.failure ?? { code: 'internal' as const, message: '' }
  const { title, advice } = explainError(new AppError(code, message))
  return (
    <Notice
      tone="error"
      title={title}
      action={
        <>
          <Button size="sm" tone="primary" onClick={onLeave}>
            Try again
          </Button>
          <ButtonLink size="sm" href={`/jobs/${job.id}`}>
            What happened
          </ButtonLink>
        </>
      }
    >
      <p>{advice}</p>
      <p className="mt-1">
        You paid <Credits micros={job.cost.captured_micros ?? 0} />; back in your wallet{' '}
        <Credits micros={job.failure?.released_micros ?? 0} />.
      </p>
    </Notice>
  )
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}

/** The balance changes when a job ends. */
function useFreshWallet(state: JobView['state'] | undefined): void {
  const { mutate } = useSWRConfig()
  const ended = state === 'succeeded' || state === 'failed' || state === 'canceled'
  useEffect(() => {
    if (ended) void mutate(WALLET_PATH)
  }, [ended, mutate])
}
