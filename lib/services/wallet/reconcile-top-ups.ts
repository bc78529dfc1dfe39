import { and, asc, eq, inArray, lt, min, or, sql } from 'drizzle-orm'
import { stripeEvents, topUps } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { CHECKOUT_TTL_MS } from './create-top-up.ts'
import { type HandledState, handleStripeEvent } from './handle-stripe-event.ts'
import { storeStripeEvent } from './store-stripe-event.ts'
import { STRIPE_EVENT_HANDLERS } from './stripe-events/index.ts'

export interface TopUpReport {
  listed: number
  handled: Record<HandledState, number>
  expired: number
}

const CURSOR = 'stripe_events'
/** Younger events are most likely still on their way as webhooks. */
const SETTLE_MS = 30_000
/** Windows overlap, because Stripe's list is not promised to be complete to the second. */
const OVERLAP_MS = 5 * 60_000
/** A long outage is caught up with one day per run. */
const LONGEST_WINDOW_MS = 24 * 3_600_000
/** Stripe keeps events for 30 days. */
const OLDEST_EVENT_MS = 29 * 24 * 3_600_000
/** After its page is gone, the event that says so, and our reading of Stripe's list, have had this long. */
const LONG_GONE_MS = 24 * 3_600_000
const STUCK_PER_RUN = 50
/** By then 17 hours have passed, and a person has been told long ago. */
const MOST_ATTEMPTS = 12
/** One run stays well below D1's limits of queries per request; the rest is left to the next. */
const EVENTS_PER_RUN = 100
/** D1 takes 100 bound parameters per statement. */
const IDS_PER_QUERY = 90

/**
 * Repairs top-ups whose webhooks were lost: handles the events that Stripe lists and we have not seen, and those that were stored but never
 * handled; closes top-ups whose page is long gone. Repeating it, or running it twice at once, moves nothing twice.
 * Throws `payment_provider`; the cursor then stays where it was.
 */
export async function reconcileTopUps({ ctx }: { ctx: Ctx }): Promise<TopUpReport> {
  const window = await nextWindow(ctx)
  const types = [...STRIPE_EVENT_HANDLERS.keys()]
  const listed = await ctx.payments.listEvents({ types, ...window })
  const unfinished = await unfinishedOf(ctx, listed)
  const now = unfinished.slice(0, EVENTS_PER_RUN)
  for (const event of now) await storeStripeEvent({ ctx, input: event })
  const handled = { done: 0, ignored: 0, failed: 0 }
  for (const eventId of new Set([...now.map((event) => event.id), ...(await stuckEvents(ctx))])) {
    handled[await handleStripeEvent({ ctx, input: { eventId } })] += 1
  }
  const next = unfinished[EVENTS_PER_RUN]
  await moveCursor(ctx, next ? next.createdMs : window.untilMs)
  return { listed: listed.length, handled, expired: await expireLongGone(ctx) }
}

async function nextWindow(ctx: Ctx): Promise<{ sinceMs: number; untilMs: number }> {
  const [cursor] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  const nowMs = ctx.nowMs()
  const fromMs = Math.max(cursor ? Number(cursor.value) : await oldestTopUp(ctx), nowMs - OLDEST_EVENT_MS)
  return {
    sinceMs: fromMs - OVERLAP_MS,
    untilMs: Math.max(fromMs, Math.min(fromMs + LONGEST_WINDOW_MS, nowMs - SETTLE_MS)),
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

/** Those of the listed events that we have not finished, oldest first. */
async function unfinishedOf(ctx: Ctx, listed: readonly PaymentEvent[]): Promise<PaymentEvent[]> {
  const finished = new Set<string>()
  for (let start = 0; start < listed.length; start += IDS_PER_QUERY) {
    const ids = listed.slice(start, start + IDS_PER_QUERY).map((event) => event.id)
    const rows = await ctx.db
      .select({ id: stripeEvents.id })
      .from(stripeEvents)
      .where(and(inArray(stripeEvents.id, ids), inArray(stripeEvents.state, ['done', 'ignored'])))
    for (const row of rows) finished.add(row.id)
  }
  return listed.filter((event) => !finished.has(event.id))
}

/**
 * Stored, but whoever stored them died before handling them; or handled in vain, which is tried again after 1, 2, 4 … minutes, because what they
 * were in want of (the credit of their top-up, an answer of Stripe's) may be there by now.
 */
async function stuckEvents(ctx: Ctx): Promise<string[]> {
  const nowMs = ctx.nowMs()
  const isForgotten = and(eq(stripeEvents.state, 'received'), lt(stripeEvents.receivedAtMs, nowMs - SETTLE_MS))
  const isDue = and(
    eq(stripeEvents.state, 'failed'),
    lt(stripeEvents.attempts, MOST_ATTEMPTS),
    sql`${stripeEvents.handledAtMs} <= ${nowMs} - (${SETTLE_MS} << ${stripeEvents.attempts})`,
  )
  const rows = await ctx.db
    .select({ id: stripeEvents.id })
    .from(stripeEvents)
    .where(or(isForgotten, isDue))
    .orderBy(asc(stripeEvents.receivedAtMs))
    .limit(STUCK_PER_RUN)
  return rows.map((row) => row.id)
}

/** Should money arrive all the same, it is credited: `paid` leads out of `expired`. */
async function expireLongGone(ctx: Ctx): Promise<number> {
  const goneMs = ctx.nowMs() - CHECKOUT_TTL_MS - LONG_GONE_MS
  const rows = await ctx.db
    .update(topUps)
    .set({ state: 'expired', updatedAtMs: ctx.nowMs() })
    .where(
      and(inArray(topUps.state, ['created', 'open']), lt(topUps.createdAtMs, goneMs), eq(topUps.source, 'checkout')),
    )
    .returning({ id: topUps.id })
  return rows.length
}
