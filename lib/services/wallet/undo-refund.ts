import { and, eq, inArray, sql } from 'drizzle-orm'
import { refunds } from '#db/schema/ledger.ts'
import { owedMicros, userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planGivenBack } from '#lib/core/ledger/plan-given-back.ts'
import { refundStatesMovedBy } from '#lib/core/ledger/refund-machine.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalance } from './read-balance.ts'
import { runBatch } from './run-batch.ts'

const PLANS = 5

/**
 * Ends a refund that gave nothing: the bank sent it back (`failed`), or Stripe never made it (`refused`). State and money move in one batch,
 * once; in a state that the event does not move, nothing happens.
 */
export async function undoRefund({
  ctx,
  input,
}: {
  ctx: Ctx
  input: {
    refundId: string
    event: 'failed' | 'refused'
    failureCode: string | null
    stripeRefundId?: string
  }
}): Promise<'undone' | 'unchanged'> {
  const { refundId, event, failureCode, stripeRefundId = null } = input
  for (let plans = 0; plans < PLANS; plans++) {
    const [refund] = await ctx.db.select().from(refunds).where(eq(refunds.id, refundId))
    if (!refund || !refundStatesMovedBy(event).includes(refund.state)) return 'unchanged'
    const { userId, amountMicros } = refund
    const receivable = await readBalance({ ctx, input: { accountId: userAccountId(userId, 'receivable') } })
    const drafts = planGivenBack({
      userId,
      cause: { kind: 'refund', id: refundId },
      idempotencyKey: `refund_failed:${refundId}`,
      amountMicros,
      taxMicros: centsToMicros(refund.taxCents),
      owedMicros: owedMicros({ receivable }),
    })
    const mark = ctx.db
      .update(refunds)
      .set({
        state: event,
        failureCode,
        stripeRefundId: sql`coalesce(${refunds.stripeRefundId}, ${stripeRefundId})`,
        updatedAtMs: ctx.nowMs(),
      })
      .where(and(eq(refunds.id, refundId), inArray(refunds.state, refundStatesMovedBy(event))))
    const result = await runBatch(ctx, [mark, ...insertTransfers(ctx, drafts)])
    if (result.ok) return 'undone'
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'done') return 'unchanged'
    if (outcome === 'bug') throw new Error(`Refund ${refundId} cannot be undone: ${meaning}`)
  }
  throw new Error(`Refund ${refundId} could not be undone: the user's debt kept changing`)
}
