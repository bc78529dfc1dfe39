import { inArray, min } from 'drizzle-orm'
import { stripeBalanceEntries, topUps } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { ProviderBalanceEntry } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { bookBalanceEntry } from './book-balance-entry.ts'
import { checkStripeBalance } from './check-stripe-balance.ts'
import { matchBalanceEntries } from './match-balance-entries.ts'

export interface StripeBalanceReport {
  listed: number
  booked: number
  matched: number
  /** Null when nothing could be compared: Stripe's balance was moving, or we are still catching up. */
  driftMicros: number | null
}

const CURSOR = 'stripe_balance'
const HOUR_MS = 3_600_000
/** Windows overlap: a movement may be listed later than it is dated. */
const OVERLAP_MS = HOUR_MS
/** While the balances differ, one may have come later still. */
const WIDE_OVERLAP_MS = 7 * 24 * HOUR_MS
const LONGEST_WINDOW_MS = 24 * HOUR_MS
/** One run stays well below D1's limits of queries per request. */
const ENTRIES_PER_RUN = 100
const IDS_PER_QUERY = 90

/**
 * Brings Stripe's own books into ours: fees, payouts and the leaving of refunds are booked from its balance transactions since the cursor;
 * what events book is compared with them; and `stripe_clearing` with the balance itself. Repeating it, or twice at once, books nothing twice.
 * Throws `payment_provider`; the cursor then stays where it was.
 */
export async function reconcileStripeBalance({ ctx }: { ctx: Ctx }): Promise<StripeBalanceReport> {
  const before = await ctx.payments.readBalanceCents()
  const window = await nextWindow(ctx)
  const listed = await ctx.payments.listBalanceEntries(window)
  const unread = await unreadOf(ctx, listed)
  const now = unread.slice(0, ENTRIES_PER_RUN)
  let booked = 0
  for (const entry of now) if ((await bookBalanceEntry({ ctx, input: entry })) === 'booked') booked += 1
  const { matched } = await matchBalanceEntries({ ctx })
  const next = unread[ENTRIES_PER_RUN]
  await moveCursor(ctx, next ? next.createdMs : window.untilMs)
  const isComplete = !next && window.untilMs >= ctx.nowMs()
  const isQuiet = isComplete && (await ctx.payments.readBalanceCents()) === before
  const checked = isQuiet ? await checkStripeBalance({ ctx, input: { balanceCents: before } }) : null
  return { listed: listed.length, booked, matched, driftMicros: checked?.driftMicros ?? null }
}

async function nextWindow(ctx: Ctx): Promise<{ sinceMs: number; untilMs: number }> {
  const rows = await ctx.db
    .select()
    .from(cursors)
    .where(inArray(cursors.name, [CURSOR, 'stripe_drift']))
  const cursor = rows.find((row) => row.name === CURSOR)
  const fromMs = cursor ? Number(cursor.value) : await oldestTopUp(ctx)
  const drifts = rows.some((row) => row.name === 'stripe_drift')
  // A second ahead: Stripe dates in whole seconds, and what was made in this one counts.
  const nowMs = ctx.nowMs() + 1000
  return {
    sinceMs: fromMs - (drifts ? WIDE_OVERLAP_MS : OVERLAP_MS),
    untilMs: Math.max(fromMs, Math.min(fromMs + LONGEST_WINDOW_MS, nowMs)),
  }
}

async function oldestTopUp(ctx: Ctx): Promise<number> {
  const [oldest] = await ctx.db.select({ createdAtMs: min(topUps.createdAtMs) }).from(topUps)
  return oldest?.createdAtMs ?? ctx.nowMs()
}

/** A concurrent run may be further already; the cursor then goes back a little, which only makes us look twice. */
async function moveCursor(ctx: Ctx, untilMs: number): Promise<void> {
  const row = { name: CURSOR, value: String(untilMs), updatedAtMs: ctx.nowMs() }
  await ctx.db.insert(cursors).values(row).onConflictDoUpdate({ target: cursors.name, set: row })
}

/** Those of the listed movements that we have not stored, oldest first. */
async function unreadOf(ctx: Ctx, listed: readonly ProviderBalanceEntry[]): Promise<ProviderBalanceEntry[]> {
  const known = new Set<string>()
  for (let start = 0; start < listed.length; start += IDS_PER_QUERY) {
    const ids = listed.slice(start, start + IDS_PER_QUERY).map((entry) => entry.id)
    const rows = await ctx.db
      .select({ id: stripeBalanceEntries.id })
      .from(stripeBalanceEntries)
      .where(inArray(stripeBalanceEntries.id, ids))
    for (const row of rows) known.add(row.id)
  }
  return listed.filter((entry) => !known.has(entry.id))
}
