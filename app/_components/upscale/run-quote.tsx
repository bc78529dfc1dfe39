'use client'

import { Zap } from 'lucide-react'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { TOP_UP_MIN_CENTS } from '#lib/contracts/api/wallet.ts'
import { formatCredits, MICROS_PER_CENT } from '#lib/core/money.ts'
import type { QuoteState } from './use-quote.ts'
import { useRun } from './use-run.ts'

/**
 * The button that spends, or the way to the money that is missing. `back` is where a top-up should return to; `onStarted` follows the job in
 * place instead of going to its page.
 */
export function RunQuote({
  state,
  back,
  label = 'Run upscale',
  onStarted,
}: {
  state: QuoteState
  back: string
  label?: string
  onStarted?: (job: JobView) => void
}) {
  const { quote, stale } = state
  const { run, busy, error } = useRun(onStarted)
  if (quote && !stale && quote.balance_after_micros < 0)
    return <Shortfall missingMicros={-quote.balance_after_micros} back={back} />
  return (
    <div className="flex flex-col gap-3">
      {error ? <ErrorNotice error={error} onRetry={state.refresh} /> : null}
      <Button
        tone="primary"
        size="lg"
        className="w-full"
        busy={busy}
        disabled={!quote || stale}
        onClick={() => {
          if (quote) void run(quote.quote_id)
        }}
      >
        {busy ? null : <Zap aria-hidden />}
        {label}
      </Button>
    </div>
  )
}

function Shortfall({ missingMicros, back }: { missingMicros: number; back: string }) {
  const cents = Math.max(TOP_UP_MIN_CENTS, Math.ceil(missingMicros / MICROS_PER_CENT))
  return (
    <Notice
      tone="warning"
      title={`${formatCredits(missingMicros, 'up')} credits are missing`}
      action={
        <ButtonLink href={`/wallet?add=1&amount=${cents}&back=${encodeURIComponent(back)}`} tone="primary">
          Add credits
        </ButtonLink>
      }
    >
      The ceiling is reserved while the job runs; what is not used comes back.
    </Notice>
  )
}
