'use client'

import { useState } from 'react'
import { useRefunds } from '#app/_components/data/use-refunds.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Badge, type Tone } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { RefundState, RefundsView, RefundView } from '#lib/contracts/api/refunds.ts'
import { formatUsd } from '#lib/core/money.ts'
import { RefundDialog } from './refund-dialog.tsx'

/** Unused credit back to the card it was paid with, and what became of it. */
export function RefundPanel() {
  const { data, error, mutate } = useRefunds()
  return (
    <section aria-labelledby="refund" className="rounded-xl border border-line bg-surface p-5">
      <h2 id="refund" className="text-lg font-semibold">
        Get unused credit back
      </h2>
      {error && !data ? (
        <div className="mt-3">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : data ? (
        <Refunds view={data} onChange={(view) => void mutate(view, { revalidate: false })} />
      ) : (
        <Loading label="Loading refunds">
          <Skeleton className="mt-3 h-10 w-full max-w-md" />
          <Skeleton className="mt-4 h-11 w-40" />
        </Loading>
      )}
    </section>
  )
}

function Refunds({ view, onChange }: { view: RefundsView; onChange: (view: RefundsView) => void }) {
  const [open, setOpen] = useState(false)
  const most = view.refundable_micros
  const frozen = view.disputes.some((dispute) => dispute.state === 'open')
  return (
    <>
      <p className="mt-1 text-sm text-muted">
        {most > 0
          ? `${formatUsd(most, 'down')} of your credit is not used. It can go back to where it was paid from; promotional credit cannot.`
          : frozen
            ? 'Nothing goes back while a payment is disputed.'
            : 'Credit that you paid for and have not used can go back to where it was paid from. There is none at the moment.'}
      </p>
      {most > 0 ? (
        <div className="mt-4">
          <Button onClick={() => setOpen(true)}>Get credit back</Button>
        </div>
      ) : null}
      {open ? <RefundDialog view={view} onClose={() => setOpen(false)} onDone={onChange} /> : null}
      {view.refunds.length > 0 ? (
        <ul aria-label="Refunds" className="mt-5 border-t border-line">
          {view.refunds.map((refund) => (
            <RefundLine key={refund.refund_id} refund={refund} />
          ))}
        </ul>
      ) : null}
    </>
  )
}

const STATES: Readonly<Record<RefundState, { tone: Tone; label: string; about: string }>> = {
  requested: { tone: 'sky', label: 'Being sent', about: 'Set aside. We are telling Stripe.' },
  pending: { tone: 'sky', label: 'On its way', about: 'Stripe is working on it.' },
  succeeded: { tone: 'grass', label: 'Sent', about: 'Your bank shows it within 5 to 10 days.' },
  failed: {
    tone: 'amber',
    label: 'Came back',
    about: 'Your bank sent it back, often because a card was closed. The credit is in your wallet again.',
  },
  refused: {
    tone: 'amber',
    label: 'Not possible',
    about: 'This payment cannot be refunded any more. The credit is in your wallet again.',
  },
}

function RefundLine({ refund }: { refund: RefundView }) {
  const { tone, label, about } = STATES[refund.state]
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b border-line py-3 last:border-b-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">
          {formatUsd(refund.amount_micros + refund.tax_micros)} to {refund.paid_with ?? 'your payment method'}
        </p>
        <p className="text-sm text-muted">
          {about} <Ago atMs={refund.created_at_ms} />
        </p>
      </div>
      <Badge tone={tone}>{label}</Badge>
    </li>
  )
}
