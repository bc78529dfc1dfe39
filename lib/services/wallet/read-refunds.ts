import { desc, eq } from 'drizzle-orm'
import { disputes, refunds, topUps } from '#db/schema/ledger.ts'
import type { RefundsView } from '#lib/contracts/api/refunds.ts'
import { MOST_PAYMENTS_PER_REQUEST, refundableCents } from '#lib/core/ledger/allocate-refund.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readBalances } from './read-balances.ts'
import { readRefundSources } from './read-refund-sources.ts'

const LATEST = 20

/** What the user could have back now, where each part would go in the order it would be taken, and the latest refunds and disputes. */
export async function readRefunds({ ctx }: { ctx: UserCtx }): Promise<RefundsView> {
  const [{ balances, frozen }, sources, latest, disputed] = await Promise.all([
    readBalances({ ctx, input: { userId: ctx.userId } }),
    readRefundSources({ ctx }),
    ctx.db
      .select({ refund: refunds, paidWith: topUps.paidWith })
      .from(refunds)
      .innerJoin(topUps, eq(topUps.id, refunds.topUpId))
      .where(eq(refunds.userId, ctx.userId))
      .orderBy(desc(refunds.createdAtMs), desc(refunds.id))
      .limit(LATEST),
    ctx.db
      .select({ dispute: disputes, paidWith: topUps.paidWith })
      .from(disputes)
      .leftJoin(topUps, eq(topUps.id, disputes.topUpId))
      .where(eq(disputes.userId, ctx.userId))
      .orderBy(desc(disputes.createdAtMs), desc(disputes.id))
      .limit(LATEST),
  ])
  return {
    refundable_micros: frozen ? 0 : centsToMicros(refundableCents(balances.available, sources)),
    destinations: sources
      .filter((source) => source.creditCents > 0)
      .slice(0, MOST_PAYMENTS_PER_REQUEST)
      .map((source) => ({
        top_up_id: source.topUpId,
        paid_with: source.paidWith,
        paid_at_ms: source.paidAtMs,
        amount_micros: centsToMicros(source.creditCents),
        tax_micros: centsToMicros(source.taxCents),
      })),
    refunds: latest.map(({ refund, paidWith }) => ({
      refund_id: refund.id,
      state: refund.state,
      amount_micros: refund.amountMicros,
      tax_micros: centsToMicros(refund.taxCents),
      paid_with: paidWith,
      created_at_ms: refund.createdAtMs,
      updated_at_ms: refund.updatedAtMs,
    })),
    disputes: disputed.map(({ dispute, paidWith }) => ({
      dispute_id: dispute.id,
      state: dispute.state,
      amount_micros: dispute.amountMicros,
      paid_with: paidWith,
      opened_at_ms: dispute.createdAtMs,
    })),
  }
}
