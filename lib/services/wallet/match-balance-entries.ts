import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { refunds, stripeBalanceEntries, topUps, transfers } from '#db/schema/ledger.ts'
import { systemAccountId } from '#lib/core/ledger/accounts.ts'
import { balanceMeaning, PAYMENT_TYPES } from '#lib/core/ledger/plan-balance-entry.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { resolveAlarm } from '#lib/services/operations/resolve-alarm.ts'

type Entry = typeof stripeBalanceEntries.$inferSelect

const ENTRIES_PER_RUN = 100
/** Events have come, been retried and been looked up by the reconciler by then. */
const GRACE_MS = 3_600_000

/**
 * Looks for the other half of movements that an event books: a payment's top-up, a dispute's transfer, a refund's row. The same amount is a
 * match. Another one, or none after an hour, is an alarm that names it; nothing is corrected.
 */
export async function matchBalanceEntries({ ctx }: { ctx: Ctx }): Promise<{ matched: number; open: number }> {
  const entries = await ctx.db
    .select()
    .from(stripeBalanceEntries)
    .where(isNull(stripeBalanceEntries.matchedAtMs))
    // In no order: what nothing explains stays, and must not stand in the others' way.
    .orderBy(sql`random()`)
    .limit(ENTRIES_PER_RUN)
  let matched = 0
  for (const entry of entries) {
    const booked = await otherHalf(ctx, entry)
    if (booked === 'same') {
      await markMatched(ctx, entry)
      matched += 1
    } else if (booked !== 'waiting' && ctx.nowMs() - entry.readAtMs > GRACE_MS) {
      const message = `Stripe's balance has ${entry.amountCents} cents for ${entry.type} ${entry.sourceId} (${entry.id}); the books have ${booked}.`
      await raiseAlarm({ ctx, input: { key: `stripe_balance:${entry.id}`, kind: 'stripe_balance', message } })
    }
  }
  return { matched, open: entries.length - matched }
}

/** `waiting`: there is a reason why it is not there yet. Else what the books have, in words. */
async function otherHalf(ctx: Ctx, entry: Entry): Promise<'same' | 'waiting' | (string & {})> {
  switch (balanceMeaning(entry)) {
    case 'payment':
      return matchPayment(ctx, entry)
    case 'dispute':
      return matchDispute(ctx, entry)
    case 'refund':
      return matchRefund(ctx, entry)
    default:
      return 'no place for it'
  }
}

/** A bank debit is in the balance before it succeeds and leaves it when it fails, so all movements of a payment count together. */
async function matchPayment(ctx: Ctx, entry: Entry): Promise<'same' | 'waiting' | (string & {})> {
  const { paymentIntentId } = entry
  if (paymentIntentId === null) return 'no payment without a PaymentIntent'
  const [topUp] = await ctx.db.select().from(topUps).where(eq(topUps.paymentIntentId, paymentIntentId))
  const [booked] = await ctx.db
    .select({ micros: sql<number>`coalesce(sum(${transfers.amountMicros}), 0)` })
    .from(transfers)
    .where(
      and(
        eq(transfers.causeType, 'top_up'),
        eq(transfers.causeId, topUp?.id ?? ''),
        eq(transfers.debitAccountId, systemAccountId('stripe_clearing')),
      ),
    )
  const [moved] = await ctx.db
    .select({ cents: sql<number>`coalesce(sum(${stripeBalanceEntries.amountCents}), 0)` })
    .from(stripeBalanceEntries)
    .where(
      and(
        eq(stripeBalanceEntries.paymentIntentId, paymentIntentId),
        inArray(stripeBalanceEntries.type, [...PAYMENT_TYPES]),
      ),
    )
  const micros = booked?.micros ?? 0
  if (centsToMicros(moved?.cents ?? 0) === micros) return 'same'
  return topUp?.state === 'processing' ? 'waiting' : `${micros} micros for its payment`
}

async function matchDispute(ctx: Ctx, entry: Entry): Promise<'same' | (string & {})> {
  const [booked] = await ctx.db
    .select({
      micros: sql<number>`coalesce(sum(iif(${transfers.creditAccountId} = ${systemAccountId('stripe_clearing')}, -1, 1) * ${transfers.amountMicros}), 0)`,
    })
    .from(transfers)
    .where(
      and(
        eq(transfers.causeType, 'dispute'),
        // `dispute:txn_…` and its parts: a range of the unique index.
        sql`${transfers.idempotencyKey} >= ${`dispute:${entry.id}`} AND ${transfers.idempotencyKey} < ${`dispute:${entry.id};`}`,
      ),
    )
  const micros = booked?.micros ?? 0
  return micros === centsToMicros(entry.amountCents) ? 'same' : `${micros} micros for it`
}

async function matchRefund(ctx: Ctx, entry: Entry): Promise<'same' | (string & {})> {
  const [refund] = await ctx.db
    .select()
    .from(refunds)
    .where(eq(refunds.stripeRefundId, entry.sourceId ?? ''))
  if (!refund) return 'no such refund'
  const micros = refund.amountMicros + centsToMicros(refund.taxCents)
  return micros === Math.abs(centsToMicros(entry.amountCents)) ? 'same' : `${micros} micros for it`
}

async function markMatched(ctx: Ctx, entry: Entry): Promise<void> {
  await ctx.db
    .update(stripeBalanceEntries)
    .set({ matchedAtMs: ctx.nowMs() })
    .where(and(eq(stripeBalanceEntries.id, entry.id), isNull(stripeBalanceEntries.matchedAtMs)))
  await resolveAlarm({ ctx, input: { key: `stripe_balance:${entry.id}` } })
}
