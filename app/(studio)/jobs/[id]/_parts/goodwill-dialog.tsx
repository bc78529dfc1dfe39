'use client'

import { type FormEvent, useId, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { GOODWILL_REASONS, type GoodwillReason, GoodwillView } from '#lib/contracts/api/spending.ts'

const LABELS: Record<GoodwillReason, string> = {
  artifacts: 'It has smears, flicker or other faults',
  not_sharper: 'It is hardly better than the original',
  wrong_framing: 'The framing misses the action',
  wrong_player: 'It follows the wrong player',
  sound: 'The sound is wrong or missing',
  other: 'Something else',
}
const MOST_NOTE = 500

/** Asks what was wrong, because that is what the price of a refund buys us; then gives it back at once. */
export function GoodwillDialog({
  path,
  view,
  onClose,
  onDone,
}: {
  path: string
  view: GoodwillView
  onClose: () => void
  onDone: (view: GoodwillView) => void
}) {
  const id = useId()
  const [reason, setReason] = useState<GoodwillReason | null>(null)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (reason === null) return
    setBusy(true)
    setError(null)
    try {
      onDone(await callApi('POST', path, GoodwillView, { reason, note }))
      onClose()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Not happy with the result?"
      description="You get back what it cost, at once. The result stays yours."
      actions={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button tone="primary" type="submit" form={id} busy={busy} disabled={reason === null}>
            Refund <Credits micros={view.amount_micros} />
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={(event) => void onSubmit(event)} className="flex flex-col gap-4">
        <fieldset>
          <legend className="mb-1.5 text-sm font-semibold">What is wrong with it?</legend>
          {GOODWILL_REASONS.map((value) => (
            <label key={value} className="flex min-h-10 cursor-pointer items-center gap-3">
              <input
                type="radio"
                name={`${id}-reason`}
                value={value}
                checked={reason === value}
                onChange={() => setReason(value)}
                className="size-5 cursor-pointer accent-ball-text"
              />
              {LABELS[value]}
            </label>
          ))}
        </fieldset>
        <div>
          <label htmlFor={`${id}-note`} className="mb-1.5 block text-sm font-semibold">
            Anything we should look at? <span className="font-normal text-muted">(optional)</span>
          </label>
          <textarea
            id={`${id}-note`}
            rows={3}
            maxLength={MOST_NOTE}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            className="w-full rounded-md border border-control bg-surface p-3 text-base hover:border-text"
          />
        </div>
        <p className="text-sm text-muted">
          {view.promo_micros > 0 ? (
            <>
              <Credits micros={view.promo_micros} /> of it were promotional and come back as such.{' '}
            </>
          ) : null}
          {view.left === 1
            ? 'This is the last refund of this kind for a while.'
            : `${view.left} of these are left this month.`}
        </p>
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}
