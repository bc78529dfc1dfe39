'use client'

import { useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { usePages } from '#app/_components/data/use-pages.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { StripeEventPage, StripeEventView } from '#lib/contracts/api/stripe-events.ts'

const EVERY_MS = 30_000

/** Stripe's events that could not be handled. Whoever may act can replay them; the rest can read why. */
export function StripeInbox({ canAct }: { canAct: boolean }) {
  const { pages, error, mutate, hasMore, isLoadingMore, loadMore } = usePages(
    '/api/admin/stripe-events?state=failed',
    StripeEventPage,
    () => EVERY_MS,
  )
  const [said, setSaid] = useState('')
  const events = pages?.flatMap((page) => page.events)
  const onReplayed = (event: StripeEventView) => {
    setSaid(event.state === 'failed' ? `${event.type} failed again.` : `${event.type} is handled.`)
    void mutate()
  }
  return (
    <section aria-labelledby="stripe-inbox" className="rounded-xl border border-line bg-surface">
      <h2 id="stripe-inbox" className="px-5 pt-4 pb-2 text-lg font-semibold">
        Stripe events that failed
      </h2>
      <LiveRegion>{said}</LiveRegion>
      {error && !events ? (
        <div className="p-5">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : null}
      {!events && !error ? (
        <Loading label="Loading events">
          <Skeleton className="mx-5 mb-5 h-12" />
        </Loading>
      ) : null}
      {events?.length === 0 ? <p className="px-5 pb-5 text-grass">None. Every event of Stripe’s is handled.</p> : null}
      <ul aria-label="Failed events">
        {events?.map((event) => (
          <EventLine key={event.event_id} event={event} canAct={canAct} onReplayed={onReplayed} />
        ))}
      </ul>
      {hasMore ? (
        <div className="p-4 text-center">
          <Button size="sm" busy={isLoadingMore} onClick={() => void loadMore()}>
            Show older
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function EventLine({
  event,
  canAct,
  onReplayed,
}: {
  event: StripeEventView
  canAct: boolean
  onReplayed: (event: StripeEventView) => void
}) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const replay = async () => {
    setBusy(true)
    setProblem(null)
    try {
      const path = `/api/admin/stripe-events/${encodeURIComponent(event.event_id)}/replay`
      onReplayed(await callApi('POST', path, StripeEventView))
    } catch (error) {
      setProblem(error)
    }
    setBusy(false)
  }
  return (
    <li className="border-t border-line px-5 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64 [overflow-wrap:anywhere]">
          <p className="font-medium">{event.type}</p>
          <p className="text-sm text-muted">
            {event.event_id} · {event.attempts}× · <Ago atMs={event.created_at_ms} />
          </p>
          {event.error ? <p className="mt-1 text-sm text-card">{event.error}</p> : null}
        </div>
        {canAct ? (
          <Button
            size="sm"
            busy={busy}
            onClick={() => void replay()}
            aria-label={`Replay ${event.type} ${event.event_id}`}
          >
            Replay
          </Button>
        ) : null}
      </div>
      {problem ? (
        <div className="mt-3">
          <ErrorNotice error={problem} />
        </div>
      ) : null}
    </li>
  )
}
