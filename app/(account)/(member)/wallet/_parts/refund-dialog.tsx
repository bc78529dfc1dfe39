'use client'

import { type FormEvent, useId, useRef, useState } from 'react'
import { useSWRConfig } from 'swr'
import { unstable_serialize } from 'swr/infinite'
import { callApi } from '#app/_components/api-client.ts'
import { REFUNDS_PATH } from '#app/_components/data/use-refunds.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { RefundsView } from '#lib/contracts/api/refunds.ts'
import { allocateRefund } from '#lib/core/ledger/allocate-refund.ts'
import { centsToMicros, formatUsd, MICROS_PER_CENT } from '#lib/core/money.ts'
import { parseCents } from './parse-dollars.ts'

/** How much, and where it will go, before anything is sent. */
export function RefundDialog({
  view,
  onClose,
  onDone,
}: {
  view: RefundsView
  onClose: () => void
  onDone: (view: RefundsView) => void
}) {
  const mostCents = Math.floor(view.refundable_micros / MICROS_PER_CENT)
  const [dollars, setDollars] = useState((mostCents / 100).toFixed(2))
  const { busy, error, send } = useSend(onDone, onClose)
  const form = useId()
  const typed = parseCents(dollars)
  const cents = typed !== null && typed > 0 && typed <= mostCents ? typed : null
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (cents !== null) void send(cents)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? null : onClose())}
      title="Get unused credit back"
      description="It leaves your wallet now and reaches your bank within 5 to 10 days."
      actions={
        <>
          <Button onClick={onClose}>Keep the credit</Button>
          <Button type="submit" form={form} tone="primary" busy={busy} disabled={cents === null}>
            {cents === null ? 'Send it back' : `Send ${formatUsd(centsToMicros(cents))} back`}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field
          label="Amount in US dollars"
          htmlFor={`${form}-amount`}
          hint={`At most ${formatUsd(view.refundable_micros, 'down')}. One dollar is 100 credits.`}
        >
          <TextInput
            id={`${form}-amount`}
            inputMode="decimal"
            autoComplete="off"
            value={dollars}
            onChange={(event) => setDollars(event.target.value)}
            aria-invalid={cents === null || undefined}
          />
        </Field>
        <Destinations view={view} cents={cents} />
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}

/** The same rule as the server's says what goes where. */
function Destinations({ view, cents }: { view: RefundsView; cents: number | null }) {
  const sources = view.destinations.map((one) => ({
    topUpId: one.top_up_id,
    paidAtMs: one.paid_at_ms,
    creditCents: one.amount_micros / MICROS_PER_CENT,
    taxCents: one.tax_micros / MICROS_PER_CENT,
  }))
  const parts = cents === null ? null : allocateRefund(cents, sources)
  if (!parts)
    return <p className="text-sm text-card">Enter an amount up to {formatUsd(view.refundable_micros, 'down')}.</p>
  return (
    <ul aria-label="Where it goes" className="flex flex-col gap-2 text-sm">
      {parts.map((part) => {
        const paidWith = view.destinations.find((one) => one.top_up_id === part.topUpId)?.paid_with
        return (
          <li key={part.topUpId} className="flex justify-between gap-4">
            <span className="text-muted">
              To {paidWith ?? 'your payment method'}
              {part.taxCents > 0 ? `, with ${formatUsd(centsToMicros(part.taxCents))} of tax` : ''}
            </span>
            <span className="tabular font-semibold">{formatUsd(centsToMicros(part.creditCents + part.taxCents))}</span>
          </li>
        )
      })}
    </ul>
  )
}

/** One refund per opening of the dialog, however often the button is hit or the answer is lost. */
function useSend(onDone: (view: RefundsView) => void, onClose: () => void) {
  const { mutate } = useSWRConfig()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const click = useRef<{ id: string; cents: number } | null>(null)
  const send = async (cents: number) => {
    if (busy) return
    if (click.current?.cents !== cents) click.current = { id: crypto.randomUUID(), cents }
    setBusy(true)
    setError(null)
    try {
      const body = { amount_cents: cents, click_id: click.current.id }
      onDone(await callApi('POST', REFUNDS_PATH, RefundsView, body))
      void mutate(WALLET_PATH)
      void mutate(unstable_serialize(() => '/api/wallet/statement'))
      onClose()
    } catch (problem) {
      setError(problem)
      void mutate(REFUNDS_PATH)
      setBusy(false)
    }
  }
  return { busy, error, send }
}
