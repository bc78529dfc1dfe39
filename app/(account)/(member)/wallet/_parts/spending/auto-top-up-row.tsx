'use client'

import { CreditCard } from 'lucide-react'
import { useState } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import { formatDate, formatDateTime } from '#app/_components/format/format-date.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import type { SavedCardView, WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { centsToMicros, formatUsd } from '#lib/core/money.ts'
import { AutoTopUpDialog } from './auto-top-up-dialog.tsx'
import { RemoveCardDialog } from './remove-card-dialog.tsx'
import { SettingRow } from './setting-row.tsx'
import type { ChangeSettings } from './use-wallet-settings.ts'

type Auto = WalletSettingsView['auto_top_up']

export function AutoTopUpRow({
  settings,
  change,
  removeCard,
}: {
  settings: WalletSettingsView
  change: ChangeSettings
  removeCard: () => Promise<void>
}) {
  const [open, setOpen] = useState<'terms' | 'card' | null>(null)
  const { auto_top_up: auto, card } = settings
  const close = () => setOpen(null)
  return (
    <SettingRow
      title="Automatic top-up"
      badge={<StateBadge auto={auto} />}
      action={
        card ? (
          <Button size="sm" onClick={() => setOpen('terms')}>
            {auto.state === 'on' ? 'Change' : 'Switch on'}
          </Button>
        ) : settings.card_pending ? null : (
          <ButtonLink size="sm" href="/wallet?add=1&save=1">
            Save a card
          </ButtonLink>
        )
      }
    >
      <Sentence auto={auto} hasCard={card !== null} pending={settings.card_pending} />
      {card ? <CardLine card={card} onRemove={() => setOpen('card')} /> : null}
      {auto.state === 'stopped' ? <StoppedNotice /> : null}
      {auto.state === 'on' && auto.next_try_at_ms !== null ? <DeclinedNotice untilMs={auto.next_try_at_ms} /> : null}
      {open === 'terms' ? <AutoTopUpDialog auto={auto} onClose={close} change={change} /> : null}
      {open === 'card' ? <RemoveCardDialog onClose={close} removeCard={removeCard} /> : null}
    </SettingRow>
  )
}

function StateBadge({ auto }: { auto: Auto }) {
  if (auto.in_flight)
    return (
      <Badge tone="sky" live>
        Charging
      </Badge>
    )
  if (auto.state === 'stopped') return <Badge tone="amber">Stopped</Badge>
  if (auto.state === 'off' || !auto.terms) return null
  return isCapped(auto) ? <Badge tone="amber">Month's limit reached</Badge> : <Badge tone="grass">On</Badge>
}

const isCapped = ({ terms, month_cents }: Auto) =>
  terms !== null && month_cents + terms.amount_cents > terms.monthly_cap_cents

function Sentence({ auto, hasCard, pending }: { auto: Auto; hasCard: boolean; pending: boolean }) {
  const { terms } = auto
  if (pending && !hasCard) return <p>Your card is being saved. This takes a moment.</p>
  if (!hasCard) return <p>Off. Tick “Keep this card” the next time you add credits, then set it up here.</p>
  if (auto.state === 'off' || terms === null) return <p>Off. Your card is only charged when you say so.</p>
  const usd = (cents: number) => formatUsd(centsToMicros(cents))
  return (
    <>
      <p>
        Adds {usd(terms.amount_cents)} when your balance falls below <Credits micros={terms.threshold_micros} />.
      </p>
      <p>
        {usd(auto.month_cents)} of at most {usd(terms.monthly_cap_cents)} this month, which ends on{' '}
        {formatDate(auto.month_ends_at_ms - 1)}.
      </p>
    </>
  )
}

function CardLine({ card, onRemove }: { card: SavedCardView; onRemove: () => void }) {
  const month = card.exp_month.toString().padStart(2, '0')
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-sunk px-3 py-1.5 text-text">
      <CreditCard aria-hidden className="size-5 text-muted" />
      <span className="tabular font-medium">
        <span className="capitalize">{card.brand}</span> ending in {card.last4}
      </span>
      <span className="tabular text-muted">
        {month}/{card.exp_year % 100}
      </span>
      <Button size="sm" tone="quiet" className="-mr-2 ml-auto" onClick={onRemove}>
        Remove card
      </Button>
    </div>
  )
}

function StoppedNotice() {
  return (
    <div className="mt-3">
      <Notice tone="warning" title="Your card was declined three times in a row">
        We stopped asking it. Save another card, or switch it on again if you have sorted it out with your bank.
      </Notice>
    </div>
  )
}

function DeclinedNotice({ untilMs }: { untilMs: number }) {
  return (
    <div className="mt-3">
      <Notice tone="warning" title="The last top-up did not go through">
        Nothing was charged. We leave the card alone until {formatDateTime(untilMs)}; you can add credits yourself at
        any time.
      </Notice>
    </div>
  )
}
