'use client'

import { useState } from 'react'
import { useNow } from '#app/_components/data/use-now.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import type { WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { CreditsDialog } from './credits-dialog.tsx'
import { SettingRow } from './setting-row.tsx'
import type { ChangeSettings } from './use-wallet-settings.ts'

export function CapRow({ settings, change }: { settings: WalletSettingsView; change: ChangeSettings }) {
  const [open, setOpen] = useState(false)
  const { spend_cap_micros: cap, spent_today_micros: spent } = settings
  const reached = cap !== null && spent >= cap
  return (
    <SettingRow
      title="Spending cap per day"
      badge={reached ? <Badge tone="amber">Reached</Badge> : null}
      action={
        <Button size="sm" onClick={() => setOpen(true)}>
          {cap === null ? 'Set a cap' : 'Change'}
        </Button>
      }
    >
      {cap === null ? (
        <p>No cap. Jobs may use all of your credits on one day.</p>
      ) : (
        <>
          <p className="text-text">
            <Credits micros={spent} unit={false} rounding="up" /> of <Credits micros={cap} /> used today
          </p>
          <Bar part={spent} whole={cap} />
          <p>
            <DayEnd atMs={settings.day_ends_at_ms} /> Open jobs count with their ceiling.
          </p>
        </>
      )}
      {open ? (
        <CreditsDialog
          title="Spending cap per day"
          description="Jobs that would pass it do not start, whoever starts them. Nothing that runs is stopped."
          label="Most that one day's jobs may cost"
          hint="A day ends at midnight UTC. 0 starts nothing at all."
          current={cap}
          proposed="1000"
          leastMicros={0}
          offLabel="Remove cap"
          onClose={() => setOpen(false)}
          onSave={(micros) => change({ spend_cap_micros: micros })}
        />
      ) : null}
    </SettingRow>
  )
}

/** The sentence above it says the same. */
function Bar({ part, whole }: { part: number; whole: number }) {
  const percent = whole === 0 ? 100 : Math.min(100, (part / whole) * 100)
  return (
    <div aria-hidden className="my-2 h-1.5 overflow-hidden rounded-full bg-fill">
      <div className={`h-full ${percent >= 100 ? 'bg-amber' : 'bg-ball'}`} style={{ width: `${percent}%` }} />
    </div>
  )
}

/** Midnight UTC in the reader's own time. */
function DayEnd({ atMs }: { atMs: number }) {
  const nowMs = useNow(60_000)
  if (nowMs === null) return <span>The day ends at midnight UTC.</span>
  const time = new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return <span>The day ends at midnight UTC, {time} where you are.</span>
}
