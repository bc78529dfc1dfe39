'use client'

import { ScanSearch } from 'lucide-react'
import { useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { useJob } from '#app/_components/data/use-job.ts'
import { stageSentence } from '#app/_components/job/stages.ts'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { TracksStatus } from './use-tracks.ts'

/** In place of the players while there are none: what to do, how far it is, or what went wrong. */
export function TracksNotice({ status, onRefresh }: { status: TracksStatus; onRefresh: () => void }) {
  return (
    <section aria-label="Players" className="p-3">
      <Content status={status} onRefresh={onRefresh} />
    </section>
  )
}

function Content({ status, onRefresh }: { status: TracksStatus; onRefresh: () => void }) {
  const { asset } = useStudio()
  if (asset.state !== 'ready')
    return (
      <p className="text-sm text-muted">
        Players can be found as soon as the upload has finished. Drawing by hand works now.
      </p>
    )
  switch (status.kind) {
    case 'asking':
    case 'loading':
    case 'loaded':
      return (
        <Loading label="Loading the players">
          <Skeleton className="h-40 w-full rounded-lg" />
        </Loading>
      )
    case 'running':
      return <Following jobId={status.jobId} />
    case 'unreachable':
      return <ErrorNotice error={status.error} onRetry={onRefresh} />
    case 'unreadable':
      return (
        <Notice
          tone="error"
          title={status.why === 'network' ? 'The players could not be fetched' : 'The players could not be read'}
          action={
            <Button size="sm" onClick={onRefresh}>
              Try again
            </Button>
          }
        >
          Your highlights are safe. Drawing by hand works all the same.
        </Notice>
      )
    case 'failed':
      return (
        <div className="flex flex-col gap-3">
          <Notice
            tone="warning"
            title="Finding the players failed"
            action={
              <ButtonLink size="sm" href={`/jobs/${status.jobId}`}>
                See why
              </ButtonLink>
            }
          >
            You paid nothing for it.
          </Notice>
          <FindPlayers onOrdered={onRefresh} />
        </div>
      )
    case 'none':
      return <FindPlayers onOrdered={onRefresh} />
  }
}

function FindPlayers({ onOrdered }: { onOrdered: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="rounded-lg border border-dashed border-line-strong p-5 text-sm text-muted">
      <p className="font-semibold text-text">Show who your child is</p>
      <ol className="mt-2 list-decimal space-y-1 pl-5">
        <li>We find everyone in the video.</li>
        <li>You tap your child in the picture.</li>
        <li>The highlight stays with them as they run.</li>
      </ol>
      <Button tone="primary" className="mt-4 w-full" onClick={() => setOpen(true)}>
        <ScanSearch aria-hidden />
        Find the players
      </Button>
      <p className="mt-2">You see the price before anything runs. Only a moment to show? Draw it by hand.</p>
      {open ? <OrderDialog onClose={() => setOpen(false)} onOrdered={onOrdered} /> : null}
    </div>
  )
}

const NO_PARAMS = {}

function OrderDialog({ onClose, onOrdered }: { onClose: () => void; onOrdered: () => void }) {
  const { asset, session } = useStudio()
  const quote = useQuote(asset.id, NO_PARAMS, 'track')
  const started = () => {
    onOrdered()
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Find the players"
      actions={
        <div className="w-full">
          <RunQuote
            state={quote}
            back={`/studio/${session.projectId}`}
            label="Find the players"
            onStarted={() => started()}
          />
        </div>
      }
    >
      <p className="mb-4 text-muted">
        The whole video is watched once, so that a highlight can follow whoever you pick; go on working meanwhile.
      </p>
      <QuoteCard state={quote} input={asset.facts ? shortFacts(asset.facts) : asset.file_name} />
    </Dialog>
  )
}

function Following({ jobId }: { jobId: string }) {
  const { data: job, error, mutate } = useJob(jobId)
  if (error && !job) return <ErrorNotice error={error} onRetry={() => void mutate()} />
  const progress = job?.progress
  return (
    <div className="rounded-lg border border-line bg-raised p-4 text-sm">
      <p className="font-semibold">Finding the players</p>
      <p className="mt-1 mb-3 text-muted" aria-live="polite">
        {progress ? stageSentence(progress) : 'Waiting for its turn'}
      </p>
      <PitchProgress percent={progress?.percent ?? null} label="Finding the players" size="sm" />
      <ButtonLink size="sm" className="mt-4" href={`/jobs/${jobId}`}>
        Details and cancelling
      </ButtonLink>
    </div>
  )
}
