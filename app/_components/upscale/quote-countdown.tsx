'use client'

import { useEffect } from 'react'
import { useNow } from '#app/_components/data/use-now.ts'
import { formatClock } from '#app/_components/format/format-duration.ts'

/** How long the price holds; asks for a fresh one when it runs out in front of the user. */
export function QuoteCountdown({ expiresAtMs, onExpired }: { expiresAtMs: number; onExpired: () => void }) {
  const nowMs = useNow(1000)
  const leftMs = nowMs === null ? null : expiresAtMs - nowMs
  const expired = leftMs !== null && leftMs <= 0
  useEffect(() => {
    if (expired) onExpired()
  }, [expired, onExpired])
  return (
    <span className="tabular min-w-28 text-right text-sm text-muted" aria-live="off">
      {leftMs === null || expired ? '\u00a0' : `holds ${formatClock(leftMs / 1000)}`}
    </span>
  )
}
