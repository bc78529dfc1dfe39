'use client'

import { type FormEvent, useId, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { parseCents } from '#app/(account)/(member)/wallet/_parts/parse-dollars.ts'
import { AutoTopUpTerms, type WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS } from '#lib/contracts/api/wallet.ts'
import { AmountInput, parseCredits } from './amount-input.tsx'
import { useSave } from './use-save.ts'
import type { ChangeSettings } from './use-wallet-settings.ts'

type Auto = WalletSettingsView['auto_top_up']
const PROPOSED = { threshold_micros: 2_000_000, amount_cents: 1_000, monthly_cap_cents: 5_000 }

/** When, how much, and at most how much in a month: the card is charged while nobody is there, so all three are asked for. */
export function AutoTopUpDialog({
  auto,
  onClose,
  change,
}: {
  auto: Auto
  onClose: () => void
  change: ChangeSettings
}) {
  const id = useId()
  const start = auto.terms ?? PROPOSED
  const [threshold, setThreshold] = useState(`${start.threshold_micros / 10_000}`)
  const [amount, setAmount] = useState(`${start.amount_cents / 100}`)
  const [cap, setCap] = useState(`${start.monthly_cap_cents / 100}`)
  const { busy, error, save } = useSave(onClose)
  const asked = {
    threshold_micros: parseCredits(threshold),
    amount_cents: parseCents(amount),
    monthly_cap_cents: parseCents(cap),
  }
  const terms = AutoTopUpTerms.safeParse(asked)
  const wrong = (field: keyof AutoTopUpTerms) => terms.error?.issues.some((issue) => issue.path[0] === field) ?? false
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (terms.success) void save(() => change({ auto_top_up: terms.data }))
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Automatic top-up"
      description="Your card is charged when credits run low, so that jobs can go on."
      actions={
        <>
          {auto.state === 'on' ? (
            <Button busy={busy} onClick={() => void save(() => change({ auto_top_up: null }))}>
              Switch off
            </Button>
          ) : (
            <Button onClick={onClose}>Not now</Button>
          )}
          <Button tone="primary" type="submit" form={id} busy={busy} disabled={!terms.success}>
            {auto.state === 'on' ? 'Save' : 'Switch on'}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={onSubmit} className="flex flex-col gap-4">
        <AmountInput
          id={`${id}-threshold`}
          label="When my balance falls below"
          unit="credits"
          hint="What is reserved for jobs counts as yours until they use it."
          value={threshold}
          invalid={wrong('threshold_micros')}
          onChange={setThreshold}
        />
        <AmountInput
          id={`${id}-amount`}
          label="Add this much"
          unit="$"
          hint={`$${TOP_UP_MIN_CENTS / 100} to $${TOP_UP_MAX_CENTS / 100}.`}
          value={amount}
          invalid={wrong('amount_cents')}
          onChange={setAmount}
        />
        <AmountInput
          id={`${id}-cap`}
          label="But never more in a month than"
          unit="$"
          hint="At least one top-up. A month ends at midnight UTC."
          value={cap}
          invalid={wrong('monthly_cap_cents')}
          onChange={setCap}
        />
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}
