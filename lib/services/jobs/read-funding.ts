import { and, asc, eq, isNotNull, lte, ne, sql } from 'drizzle-orm'
import { holds, refunds, settlements, topUps } from '#db/schema/ledger.ts'
import { goodwillRefunds } from '#db/schema/spending.ts'
import type { ReceiptView } from '#lib/contracts/api/jobs.ts'
import { centsToMicros } from '#lib/core/money.ts'
import { attributeFunding } from '#lib/core/spending/attribute-funding.ts'
import type { UserCtx } from '#lib/services/context.ts'
import type { JobRecord } from './job-record.ts'

/** Which payments a job was paid from, first in, first out, and what of it was promotional or other credit. */
export async function readFunding(ctx: UserCtx, record: JobRecord): Promise<Pick<ReceiptView, 'funding' | 'unfunded'>> {
  const { hold, settlement } = record
  if (!hold || !settlement || settlement.captureMicros === 0) {
    return { funding: [], unfunded: { promo_micros: 0, other_micros: 0 } }
  }
  const promoMicros = Math.min(hold.promoMicros, settlement.captureMicros)
  const [paid, sentBack, usedBeforeMicros] = await Promise.all([
    paidTopUps(ctx, settlement.createdAtMs),
    sentBackByTopUp(ctx),
    readUsedBefore(ctx, settlement),
  ])
  const { parts, otherMicros } = attributeFunding({
    oldestFirst: paid.map((row) => ({
      topUpId: row.id,
      micros: centsToMicros(row.amountCents) - (sentBack.get(row.id) ?? 0),
    })),
    usedBeforeMicros,
    captureMicros: settlement.captureMicros - promoMicros,
  })
  const funding = parts.flatMap(({ topUpId, partMicros }) => {
    const row = paid.find(({ id }) => id === topUpId)
    if (!row) return []
    return [
      {
        top_up_id: row.id,
        stripe_payment_intent: row.paymentIntentId ?? '',
        stripe_charge: row.chargeId,
        paid_with: row.paidWith,
        receipt_url: row.receiptUrl,
        amount_micros: centsToMicros(row.amountCents),
        part_micros: partMicros,
        at_ms: row.createdAtMs,
      },
    ]
  })
  return { funding, unfunded: { promo_micros: promoMicros, other_micros: otherMicros } }
}

function paidTopUps(ctx: UserCtx, untilMs: number) {
  return ctx.db
    .select()
    .from(topUps)
    .where(
      and(
        eq(topUps.userId, ctx.userId),
        eq(topUps.state, 'credited'),
        isNotNull(topUps.paymentIntentId),
        lte(topUps.createdAtMs, untilMs),
      ),
    )
    .orderBy(asc(topUps.createdAtMs), asc(topUps.id))
}

async function sentBackByTopUp(ctx: UserCtx): Promise<Map<string, number>> {
  const rows = await ctx.db
    .select({ topUpId: refunds.topUpId, micros: sql<number>`sum(${refunds.amountMicros})` })
    .from(refunds)
    .where(and(eq(refunds.userId, ctx.userId), ne(refunds.state, 'failed')))
    .groupBy(refunds.topUpId)
  return new Map(rows.map(({ topUpId, micros }) => [topUpId, micros]))
}

/** What earlier settlements took that was not promotional, less what of it was given back before this one. */
async function readUsedBefore(ctx: UserCtx, settlement: { id: string; createdAtMs: number }): Promise<number> {
  const paidPart = sql`${settlements.captureMicros} - min(${holds.promoMicros}, ${settlements.captureMicros})`
  const [[used], [given]] = await Promise.all([
    ctx.db
      .select({ micros: sql<number>`coalesce(sum(${paidPart}), 0)` })
      .from(holds)
      .innerJoin(settlements, eq(settlements.holdId, holds.id))
      .where(
        and(
          eq(holds.userId, ctx.userId),
          sql`(${settlements.createdAtMs}, ${settlements.id}) < (${settlement.createdAtMs}, ${settlement.id})`,
        ),
      ),
    ctx.db
      .select({
        micros: sql<number>`coalesce(sum(${goodwillRefunds.amountMicros} - ${goodwillRefunds.promoMicros}), 0)`,
      })
      .from(goodwillRefunds)
      .where(and(eq(goodwillRefunds.userId, ctx.userId), lte(goodwillRefunds.createdAtMs, settlement.createdAtMs))),
  ])
  return (used?.micros ?? 0) - (given?.micros ?? 0)
}
