'use client'

import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { Notice } from '#app/_components/ui/notice.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskObstacle } from '#lib/core/project/to-task-request.ts'
import { type ExportOrder, useExportOrder } from './use-export.ts'

type Started = (job: JobView) => void

const OBSTACLES = {
  no_clips: { title: 'No clip is kept', advice: 'Keep at least one clip in Annotate.' },
  no_crop: { title: 'Nothing is cropped', advice: 'Choose a shape in Framing.' },
  no_highlights: { title: 'Nobody is highlighted', advice: 'Click a player in Overlay.' },
  too_many_highlights: {
    title: 'Too many highlights for one export',
    advice: 'One export takes 500 pieces of highlights. Remove some in Overlay, or merge the tracks of a player.',
  },
} as const satisfies Record<TaskObstacle, { title: string; advice: string }>

/** The price of the project as it is now, and the button; or what stands in the way. */
export function OrderExport({ onStarted }: { onStarted: Started }) {
  const { asset } = useStudio()
  const order = useExportOrder()
  return (
    <section aria-labelledby="export-order" className="flex flex-col gap-4 border-t border-line p-4">
      <h2 id="export-order" className="text-sm font-semibold">
        Price and order
      </h2>
      {'obstacle' in order ? (
        <Notice tone="warning" title={OBSTACLES[order.obstacle].title}>
          {OBSTACLES[order.obstacle].advice}
        </Notice>
      ) : asset.state === 'ready' && asset.facts ? (
        <PricedOrder order={order} facts={asset.facts} label="Export" onStarted={onStarted} />
      ) : (
        <p className="text-sm text-muted">The price comes as soon as the upload has finished. Go on editing.</p>
      )}
    </section>
  )
}

/** Asks again whenever the order changes; only the answer to the last one counts, and only that can be run, once. */
export function PricedOrder({
  order,
  facts,
  label,
  title,
  onStarted,
}: {
  order: ExportOrder
  facts: MediaFacts
  label: string
  /** Two quotes on one page need names of their own. */
  title?: string
  onStarted: Started
}) {
  const { asset, session } = useStudio()
  const state = useQuote(asset.id, order.params, 'export', order.tracksJobId)
  const started = (job: JobView) => {
    session.flush()
    onStarted(job)
  }
  return (
    <>
      <QuoteCard state={state} input={shortFacts(facts)} title={title} />
      <RunQuote state={state} back={`/studio/${session.projectId}`} label={label} onStarted={started} />
    </>
  )
}
