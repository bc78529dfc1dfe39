'use client'

import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { TextInput } from '#app/_components/ui/field.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import type { StatementChoice } from './statement-choice.ts'

const KINDS = [
  { value: 'all', label: 'Everything' },
  { value: 'top_up', label: 'Top-ups' },
  { value: 'hold', label: 'Reservations' },
  { value: 'capture', label: 'Charges' },
  { value: 'release', label: 'Releases' },
  { value: 'refund', label: 'Refunds' },
  { value: 'refund_failed', label: 'Failed refunds' },
  { value: 'dispute', label: 'Disputes' },
  { value: 'dispute_reversal', label: 'Disputes won' },
  { value: 'promo', label: 'Promotions' },
  { value: 'adjustment', label: 'Given back, corrections' },
] as const satisfies readonly { value: StatementChoice['kind']; label: string }[]

export function StatementFilters({
  filter,
  onChange,
}: {
  filter: StatementChoice
  onChange: (filter: StatementChoice) => void
}) {
  const set = (change: Partial<StatementChoice>) => onChange({ ...filter, ...change })
  const kind = KINDS.find(({ value }) => value === filter.kind)?.value ?? 'all'
  return (
    <search className="grid grid-cols-2 gap-x-3 gap-y-2 px-5 pb-4 sm:grid-cols-[1.4fr_1.2fr_1fr_1fr]">
      <Labelled id="statement-search" label="Clip or reference" wide>
        <span className="relative block">
          <Search aria-hidden className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
          <TextInput
            id="statement-search"
            type="search"
            maxLength={100}
            value={filter.search}
            onChange={(event) => set({ search: event.target.value })}
            className="pl-9"
          />
        </span>
      </Labelled>
      <Labelled id="statement-filter" label="Kind" wide>
        <Select id="statement-filter" value={kind} options={KINDS} onChange={(value) => set({ kind: value })} />
      </Labelled>
      <Labelled id="statement-from" label="From">
        <TextInput
          id="statement-from"
          type="date"
          max={filter.to || undefined}
          value={filter.from}
          onChange={(event) => set({ from: event.target.value })}
        />
      </Labelled>
      <Labelled id="statement-to" label="To">
        <TextInput
          id="statement-to"
          type="date"
          min={filter.from || undefined}
          value={filter.to}
          onChange={(event) => set({ to: event.target.value })}
        />
      </Labelled>
    </search>
  )
}

function Labelled({
  id,
  label,
  wide = false,
  children,
}: {
  id: string
  label: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <div className={`min-w-0 ${wide ? 'max-sm:col-span-2' : ''}`}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-muted">
        {label}
      </label>
      {children}
    </div>
  )
}
