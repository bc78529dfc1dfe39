import { eq, sql } from 'drizzle-orm'
import { stripeBalanceEntries, topUps, transfers } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import { systemAccountId } from '#lib/core/ledger/accounts.ts'
import { BOOKED_BY_ENTRY, PAYMENT_TYPES } from '#lib/core/ledger/plan-balance-entry.ts'
import { centsToMicros, formatUsd } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { resolveAlarm } from '#lib/services/operations/resolve-alarm.ts'
import { readBalance } from './read-balance.ts'

const CURSOR = 'stripe_drift'
const ALARM = 'stripe_balance:total'
/** A movement that Stripe lists late, or an event under way, has come by then. */
const PATIENCE_MS = 30 * 60_000
/** A card payment is in Stripe's balance within seconds of its credit; a bank debit before it. */
const IN_FLIGHT_MS = 2 * 24 * 3_600_000

/**
 * Compares `stripe_clearing` with the balance that Stripe reports. What one side has and the other not yet (payments whose event or whose
 * balance transaction is still to come) is counted exactly; anything else that stays for half an hour is an alarm. Returns the drift in
 * micros: positive when Stripe has more than the books say. Nothing is corrected.
 */
export async function checkStripeBalance({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { balanceCents: number }
}): Promise<{ driftMicros: number }> {
  const clearing = await readBalance({ ctx, input: { accountId: systemAccountId('stripe_clearing') } })
  const difference = centsToMicros(input.balanceCents) + clearing
  const driftMicros = difference === 0 ? 0 : difference - (await onlyAtStripe(ctx)) + (await onlyInBooks(ctx))
  const sinceMs = await driftingSince(ctx, driftMicros !== 0)
  if (driftMicros === 0) await resolveAlarm({ ctx, input: { key: ALARM } })
  else if (ctx.nowMs() - sinceMs >= PATIENCE_MS) {
    const message = `Stripe holds ${formatUsd(centsToMicros(input.balanceCents))}; the books say ${formatUsd(-clearing)}, of which ${driftMicros} micros have no explanation.`
    await raiseAlarm({ ctx, input: { key: ALARM, kind: 'stripe_balance', message } })
  }
  return { driftMicros }
}

/** Movements of Stripe's balance that an event will book, and those that nothing books. */
async function onlyAtStripe(ctx: Ctx): Promise<number> {
  const [open] = await ctx.db
    .select({ cents: sql<number>`coalesce(sum(${stripeBalanceEntries.amountCents}), 0)` })
    .from(stripeBalanceEntries)
    .where(
      sql`${stripeBalanceEntries.matchedAtMs} IS NULL AND ${stripeBalanceEntries.type} NOT IN ${[...BOOKED_BY_ENTRY]}`,
    )
  return centsToMicros(open?.cents ?? 0)
}

/** What events have booked, and Stripe's list does not show yet. */
async function onlyInBooks(ctx: Ctx): Promise<number> {
  const sinceMs = ctx.nowMs() - IN_FLIGHT_MS
  const [paid] = await ctx.db
    .select({ cents: sql<number>`coalesce(sum(${topUps.amountCents} + ${topUps.taxCents}), 0)` })
    .from(topUps)
    .where(
      sql`${topUps.state} = 'credited' AND ${topUps.createdAtMs} >= ${sinceMs} AND NOT EXISTS (
        SELECT 1 FROM ${stripeBalanceEntries} WHERE ${stripeBalanceEntries}.payment_intent_id = ${topUps}.payment_intent_id
          AND ${stripeBalanceEntries}.type IN ${[...PAYMENT_TYPES]})`,
    )
  const [disputed] = await ctx.db
    .select({
      micros: sql<number>`coalesce(sum(iif(${transfers.creditAccountId} = ${systemAccountId('stripe_clearing')}, -1, 1) * ${transfers.amountMicros}), 0)`,
    })
    .from(transfers)
    .where(
      sql`${transfers.causeType} = 'dispute' AND ${transfers.createdAtMs} >= ${sinceMs} AND NOT EXISTS (
        SELECT 1 FROM ${stripeBalanceEntries}
        WHERE ${stripeBalanceEntries}.id = substr(${transfers}.idempotency_key, 9, instr(substr(${transfers}.idempotency_key, 9) || ':', ':') - 1))`,
    )
  return centsToMicros(paid?.cents ?? 0) + (disputed?.micros ?? 0)
}

/** When the books began to differ; forgotten as soon as they agree. */
async function driftingSince(ctx: Ctx, drifts: boolean): Promise<number> {
  const nowMs = ctx.nowMs()
  if (!drifts) {
    await ctx.db.delete(cursors).where(eq(cursors.name, CURSOR))
    return nowMs
  }
  const row = { name: CURSOR, value: String(nowMs), updatedAtMs: nowMs }
  await ctx.db.insert(cursors).values(row).onConflictDoNothing()
  const [stored] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  return stored ? Number(stored.value) : nowMs
}
