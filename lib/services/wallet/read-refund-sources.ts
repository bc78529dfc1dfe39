import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { disputes, refunds, topUps } from '#db/schema/ledger.ts'
import type { RefundSource } from '#lib/core/ledger/allocate-refund.ts'
import { microsToWholeCents } from '#lib/core/money.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** Card networks take refunds back for about this long; older payments are a matter for a person. */
const OLDEST_PAYMENT_MS = 365 * 24 * 3_600_000
const MOST_PAYMENTS = 100

/**
 * The user's payments that money can go back to, with what is left of each. Not among them: payments that were charged back (Stripe refunds
 * none of these) and those older than a year.
 */
export async function readRefundSources({
  ctx,
}: {
  ctx: UserCtx
}): Promise<(RefundSource & { paidWith: string | null })[]> {
  const gone = (column: 'amount_micros' | 'tax_cents') =>
    sql<number>`(SELECT coalesce(sum(${sql.raw(column)}), 0) FROM ${refunds} WHERE ${refunds}.top_up_id = ${topUps}.id
      AND ${refunds}.state NOT IN ('failed', 'refused'))`
  const rows = await ctx.db
    .select({
      topUpId: topUps.id,
      paidAtMs: topUps.createdAtMs,
      paidWith: topUps.paidWith,
      amountCents: topUps.amountCents,
      taxCents: topUps.taxCents,
      goneMicros: gone('amount_micros'),
      goneTaxCents: gone('tax_cents'),
    })
    .from(topUps)
    .where(
      and(
        eq(topUps.userId, ctx.userId),
        eq(topUps.state, 'credited'),
        eq(topUps.livemode, ctx.payments.livemode),
        isNotNull(topUps.paymentIntentId),
        sql`${topUps.createdAtMs} >= ${ctx.nowMs() - OLDEST_PAYMENT_MS}`,
        sql`NOT EXISTS (SELECT 1 FROM ${disputes} WHERE ${disputes}.top_up_id = ${topUps}.id
          AND ${disputes}.state IN ('open', 'lost', 'won'))`,
      ),
    )
    .orderBy(desc(topUps.createdAtMs))
    .limit(MOST_PAYMENTS)
  return rows.map(({ amountCents, taxCents, goneMicros, goneTaxCents, ...source }) => ({
    ...source,
    creditCents: amountCents - microsToWholeCents(goneMicros),
    taxCents: taxCents - goneTaxCents,
  }))
}
