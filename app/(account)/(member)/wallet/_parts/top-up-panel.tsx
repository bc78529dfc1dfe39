'use client'

import { RadioGroup } from 'radix-ui'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { rememberReturn } from '#app/_components/wallet-return.ts'
import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS, TOP_UP_PRESETS_CENTS, TopUpView } from '#lib/contracts/api/wallet.ts'
import { centsToMicros, formatCredits } from '#lib/core/money.ts'
import { parseDollars } from './parse-dollars.ts'

const CUSTOM = 'custom'

export function TopUpPanel({
  focusTopUp,
  amountCents,
  saveCard,
  back,
}: {
  focusTopUp: boolean
  amountCents: number | null
  saveCard: boolean
  back: string | null
}) {
  const preset = TOP_UP_PRESETS_CENTS.find((cents) => cents === amountCents)
  const [choice, setChoice] = useState(preset ? `${preset}` : amountCents ? CUSTOM : `${TOP_UP_PRESETS_CENTS[1]}`)
  const [dollars, setDollars] = useState(amountCents ? (amountCents / 100).toFixed(2) : '')
  const [keepCard, setKeepCard] = useState(saveCard)
  const { busy, error, start } = useCheckout(back)
  const root = useRef<HTMLFormElement>(null)
  const cents = choice === CUSTOM ? parseDollars(dollars) : Number(choice)

  useEffect(() => {
    if (focusTopUp) root.current?.querySelector<HTMLElement>('[role=radio][data-state=checked]')?.focus()
  }, [focusTopUp])

  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (cents !== null) void start(cents, keepCard)
  }

  return (
    <form
      ref={root}
      onSubmit={onSubmit}
      aria-labelledby="top-up"
      className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5 lg:sticky lg:top-10"
    >
      <h2 id="top-up" className="text-lg font-semibold">
        Add credits
      </h2>
      <RadioGroup.Root aria-label="Amount" value={choice} onValueChange={setChoice} className="grid grid-cols-2 gap-2">
        {TOP_UP_PRESETS_CENTS.map((value) => (
          <Amount
            key={value}
            value={`${value}`}
            title={`$${value / 100}`}
            detail={`${formatCredits(centsToMicros(value))}`}
          />
        ))}
        <Amount
          value={CUSTOM}
          title="Other amount"
          detail={`$${TOP_UP_MIN_CENTS / 100} to $${TOP_UP_MAX_CENTS / 100}`}
          wide
        />
      </RadioGroup.Root>
      {choice === CUSTOM ? (
        <Field label="Amount in US dollars" htmlFor="dollars">
          <TextInput
            id="dollars"
            inputMode="decimal"
            autoComplete="off"
            placeholder="20.00"
            value={dollars}
            onChange={(event) => setDollars(event.target.value)}
            aria-invalid={(dollars !== '' && cents === null) || undefined}
          />
        </Field>
      ) : null}
      <p className="text-sm text-muted" aria-live="polite">
        {cents === null
          ? `Enter an amount from $${TOP_UP_MIN_CENTS / 100} to $${TOP_UP_MAX_CENTS / 100}.`
          : `You get ${formatCredits(centsToMicros(cents))} credits. They do not expire.`}
      </p>
      <KeepCard checked={keepCard} onChange={setKeepCard} />
      {error ? <ErrorNotice error={error} /> : null}
      <Button type="submit" tone="primary" busy={busy} disabled={cents === null}>
        Add credits
      </Button>
      <p className="text-xs text-faint">You pay on Stripe’s page. Card numbers never reach us.</p>
    </form>
  )
}

/** Charging a card while its owner is away needs their word for it, so nothing is ticked beforehand. */
function KeepCard({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="flex cursor-pointer items-start gap-3 text-sm">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-5 shrink-0 cursor-pointer accent-ball-text"
      />
      <span>
        <span className="block font-medium">Keep this card for automatic top-up</span>
        <span className="block text-muted">Charged only on the terms you set here. Remove it at any time.</span>
      </span>
    </label>
  )
}

function Amount({
  value,
  title,
  detail,
  wide = false,
}: {
  value: string
  title: string
  detail: string
  wide?: boolean
}) {
  return (
    <RadioGroup.Item
      value={value}
      className={`tabular rounded-md border border-control p-3 text-left hover:border-text data-[state=checked]:border-ball-text data-[state=checked]:bg-ball-wash data-[state=checked]:ring-1 data-[state=checked]:ring-ball-text ${wide ? 'col-span-2' : ''}`}
    >
      <span className="block font-bold">{title}</span>
      <span className="block text-sm text-muted">{detail}</span>
    </RadioGroup.Item>
  )
}

/** Opens one Checkout per press, however often the button is hit while it opens. */
function useCheckout(back: string | null) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const opening = useRef(false)
  const start = async (amountCents: number, keepCard: boolean) => {
    if (opening.current) return
    opening.current = true
    setBusy(true)
    setError(null)
    try {
      const body = { amount_cents: amountCents, click_id: crypto.randomUUID(), save_card: keepCard }
      const topUp = await callApi('POST', '/api/wallet/top-ups', TopUpView, body)
      if (back) rememberReturn(topUp.top_up_id, back)
      window.location.assign(topUp.checkout_url ?? `/wallet/top-up/${topUp.top_up_id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
      opening.current = false
    }
  }
  return { busy, error, start }
}
