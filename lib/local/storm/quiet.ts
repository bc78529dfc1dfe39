import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '#lib/local/up.ts'
import { readRows } from './books.ts'

const GIVE_UP_AFTER_MS = 240_000

/** What still moves, by name. */
const OPEN = `
  SELECT 'jobs' AS what, count(*) AS n FROM jobs WHERE state IN ('queued', 'running', 'finalizing')
  UNION ALL SELECT 'attempts', count(*) FROM attempts WHERE state IN ('created', 'dispatching', 'dispatch_unknown', 'queued', 'running')
  UNION ALL SELECT 'events', count(*) FROM stripe_events WHERE state IN ('received', 'failed')
  UNION ALL SELECT 'refunds', count(*) FROM refunds WHERE state IN ('requested', 'pending')
  UNION ALL SELECT 'refunds on their way', count(*) FROM ledger_accounts WHERE kind = 'refund_pending' AND balance_micros <> 0`

/**
 * Calls the reconciler until nothing is open and it has read Stripe's events beyond `eventsUntilMs`. Returns how often it was called.
 * Throws after four minutes, naming what is still open.
 */
export async function reconcileUntilQuiet(
  stack: Stack,
  books: DatabaseSync,
  eventsUntilMs: number,
): Promise<{ ticks: number; seconds: number }> {
  const startedMs = performance.now()
  for (let ticks = 1; ; ticks++) {
    const reply = await fetch(`${stack.urls.web}/api/reconcile`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.env.RECONCILE_SECRET}` },
    })
    const said = await reply.text()
    if (!reply.ok) throw new Error(`reconcile: ${reply.status} ${said}`)
    const open = readRows(books, OPEN).filter((row) => row.n !== 0)
    const [cursor] = readRows(books, `SELECT value FROM cursors WHERE name = 'stripe_events'`)
    const readUntilMs = Number(cursor?.value ?? 0)
    const seconds = (performance.now() - startedMs) / 1000
    if (open.length === 0 && readUntilMs > eventsUntilMs) return { ticks, seconds }
    if (seconds * 1000 > GIVE_UP_AFTER_MS) {
      throw new Error(
        `Not quiet after four minutes: ${JSON.stringify(open)}, events read until ${readUntilMs}. ${said}`,
      )
    }
    await sleep(500)
  }
}
