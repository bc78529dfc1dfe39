'use client'

import { useNow } from '#app/_components/data/use-now.ts'
import { formatAgo, formatDateTime } from './format-date.ts'

/** A moment as people say it, the exact time on hover. */
export function Ago({ atMs }: { atMs: number }) {
  const nowMs = useNow(30_000)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={nowMs === null ? undefined : formatDateTime(atMs)}>
      {nowMs === null ? '\u00a0' : formatAgo(atMs, nowMs)}
    </time>
  )
}
