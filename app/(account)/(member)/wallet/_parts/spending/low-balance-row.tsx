'use client'

import { useState } from 'react'
import { Credits } from '#app/_components/format/credits.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import type { WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { CreditsDialog } from './credits-dialog.tsx'
import { SettingRow } from './setting-row.tsx'
import type { ChangeSettings } from './use-wallet-settings.ts'

export function LowBalanceRow({ settings, change }: { settings: WalletSettingsView; change: ChangeSettings }) {
  const [open, setOpen] = useState(false)
  const threshold = settings.low_balance_micros
  return (
    <SettingRow
      title="Mail when credits run low"
      action={
        <Button size="sm" onClick={() => setOpen(true)}>
          {threshold === null ? 'Tell me' : 'Change'}
        </Button>
      }
    >
      {threshold === null ? (
        <p>Off. Nobody tells you before a job finds too few credits.</p>
      ) : (
        <p>
          One mail when your balance falls below <Credits micros={threshold} />. What is reserved for jobs counts as
          yours until they use it.
        </p>
      )}
      {open ? (
        <CreditsDialog
          title="Mail when credits run low"
          description="One mail each time your balance falls below this, and no other."
          label="Tell me below"
          hint="At least 1 credit."
          current={threshold}
          proposed="200"
          leastMicros={10_000}
          offLabel="Switch off"
          onClose={() => setOpen(false)}
          onSave={(micros) => change({ low_balance_micros: micros })}
        />
      ) : null}
    </SettingRow>
  )
}
