'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { JobStateBadge } from '#app/_components/job/job-state-badge.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { AnalysisView } from '#lib/contracts/api/jobs.ts'
import type { ProductView } from '#lib/contracts/products.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import type { AnalysisState } from './use-analysis.ts'

export interface Order {
  readonly task: Extract<TaskName, 'detect_scenes' | 'track'>
  /** One sentence: what one gets. */
  readonly promise: string
  readonly button: string
  /** While it runs. */
  readonly busy: string
}

/** What an analysis found, as soon as there is one: until then the order, at its price, or how far it is. */
export function AnalysisGate({
  state,
  order,
  children,
}: {
  state: AnalysisState
  order: Order
  children: (product: ProductView) => ReactNode
}) {
  const { asset } = useStudio()
  const { picked, error, refresh } = state
  if (asset.state !== 'ready')
    return <p className="p-4 text-sm text-muted">This can be ordered as soon as the upload has finished.</p>
  if (error)
    return (
      <div className="p-4">
        <ErrorNotice error={error} onRetry={refresh} />
      </div>
    )
  if (!picked)
    return (
      <div className="p-4">
        <Loading label="Looking up what is known of the video">
          <Skeleton className="h-40 w-full rounded-lg" />
        </Loading>
      </div>
    )
  if (picked.product) return children(picked.product)
  if (picked.live) return <Running analysis={picked.live} text={order.busy} />
  return <OrderForm order={order} failed={picked.failed} onStarted={refresh} />
}

function Running({ analysis, text }: { analysis: AnalysisView; text: string }) {
  return (
    <div role="status" className="m-4 flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 text-sm">
      <JobStateBadge state={analysis.state} />
      <p>{text} It appears here by itself; go on working.</p>
      <Link href={`/jobs/${analysis.job_id}`} className="self-start font-semibold text-ball-text underline">
        Follow or cancel the job
      </Link>
    </div>
  )
}

const NO_PARAMS = {}

function OrderForm({ order, failed, onStarted }: { order: Order; failed: boolean; onStarted: () => void }) {
  const { asset, session } = useStudio()
  const quote = useQuote(asset.id, NO_PARAMS, order.task)
  return (
    <div className="flex flex-col gap-4 p-4">
      {failed ? (
        <Notice tone="warning" title="The last try came to nothing">
          You paid nothing for it. The job says why.
        </Notice>
      ) : null}
      <p className="text-sm text-muted">{order.promise}</p>
      <QuoteCard state={quote} input={asset.facts ? shortFacts(asset.facts) : asset.file_name} />
      <RunQuote state={quote} back={`/studio/${session.projectId}`} label={order.button} onStarted={onStarted} />
    </div>
  )
}
