'use client'

import { Info, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatWait } from '#app/_components/format/format-duration.ts'
import { describeProducts } from '#app/_components/job/describe-products.ts'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { QuoteView } from '#lib/contracts/api/jobs.ts'
import { QuoteCountdown } from './quote-countdown.tsx'
import type { QuoteState } from './use-quote.ts'

/** The price before anything runs. Its lines keep their places while a new price is fetched. */
export function QuoteCard({ state, input, title = 'Quote' }: { state: QuoteState; input: string; title?: string }) {
  const { quote, stale, error, refresh } = state
  if (error && stale) return <ErrorNotice error={error} onRetry={refresh} />
  if (!quote) return <QuoteSkeleton />
  return (
    <section aria-label={title} aria-busy={stale} className="rounded-lg border border-line bg-raised p-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-semibold">{title}</h3>
        <QuoteCountdown expiresAtMs={quote.expires_at_ms} onExpired={refresh} />
      </div>
      <div className={classNames('transition-opacity', stale && 'opacity-45')}>
        <Prices quote={quote} />
        <dl className="mt-4 flex flex-col gap-1.5 border-t border-line pt-3 text-sm">
          <Row term="In">{input}</Row>
          <Row term="Out">{describeProducts(quote)}</Row>
          <Row term="Takes">
            about {formatWait(quote.expected_seconds)} on {quote.gpu_class}
          </Row>
          <Row term="Balance after reserving">
            <Credits micros={quote.balance_after_micros} unit={false} rounding="down" />
          </Row>
        </dl>
        <Breakdown quote={quote} />
        {quote.notes.map((note) => (
          <p key={note} className="mt-3 flex gap-2 text-sm text-amber">
            <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
            {note}
          </p>
        ))}
        <p className="mt-3 flex gap-2 text-sm font-medium text-grass">
          <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
          If we fail you pay nothing.
        </p>
      </div>
    </section>
  )
}

function Prices({ quote }: { quote: QuoteView }) {
  return (
    <div className="mt-2 grid grid-cols-2 gap-3">
      <p>
        <span className="block text-sm text-muted">Likely</span>
        <span className="text-2xl font-extrabold tracking-tight">
          <Credits micros={quote.estimate_micros} unit={false} rounding="up" />
        </span>
      </p>
      <p>
        <span className="block text-sm text-muted">Never more than</span>
        <span className="text-2xl font-extrabold tracking-tight">
          <Credits micros={quote.ceiling_micros} unit={false} rounding="up" />
        </span>
      </p>
    </div>
  )
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{term}</dt>
      <dd className="tabular text-right font-medium">{children}</dd>
    </div>
  )
}

function Breakdown({ quote }: { quote: QuoteView }) {
  return (
    <details className="group mt-3 text-sm">
      <summary className="font-medium text-muted hover:text-text">How this price is made</summary>
      <ul className="mt-2 flex flex-col gap-2">
        {quote.breakdown.map((line) => (
          <li key={line.label} className="flex justify-between gap-4">
            <span>
              {line.label}
              <span className="block text-muted">{line.detail}</span>
            </span>
            <Credits micros={line.amount_micros} unit={false} />
          </li>
        ))}
      </ul>
    </details>
  )
}

function QuoteSkeleton() {
  return (
    <Loading label="Loading quote">
      <Skeleton className="h-80 w-full rounded-lg" />
    </Loading>
  )
}
