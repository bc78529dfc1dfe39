import { eq } from 'drizzle-orm'
import { refunds, topUps } from '#db/schema/ledger.ts'
import type { RefundState } from '#lib/contracts/api/refunds.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { centsToMicros, microsToWholeCents } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { settleRefund } from './settle-refund.ts'
import { undoRefund } from './undo-refund.ts'

/**
 * Asks Stripe for a refund that was set aside, once: under the refund's own idempotency key, and, when it was asked for before, only after
 * looking whether that made it (Stripe forgets keys after a day). Repeating it is harmless in every state.
 * Throws `payment_provider` when nobody knows whether it was made; `not_found`.
 */
export async function sendRefund({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { refundId: string }
}): Promise<{ state: RefundState }> {
  const { refund, paymentIntentId } = await readRefund(ctx, input.refundId)
  if (refund.state !== 'requested') return { state: refund.state }
  const made = refund.sentAtMs === null ? undefined : await findMade(ctx, paymentIntentId, refund.id)
  if (made) {
    await settleRefund({ ctx, input: made })
  } else {
    // Noted before the call: whoever comes after a crash must look first.
    await ctx.db.update(refunds).set({ sentAtMs: ctx.nowMs() }).where(eq(refunds.id, refund.id))
    const answer = await ctx.payments.createRefund({
      refundId: refund.id,
      userId: refund.userId,
      paymentIntentId,
      amountCents: microsToWholeCents(refund.amountMicros + centsToMicros(refund.taxCents)),
      idempotencyKey: `refund_${refund.id}`,
    })
    if (answer.outcome === 'made') await settleRefund({ ctx, input: answer.refund })
    else await undoRefund({ ctx, input: { refundId: refund.id, event: 'refused', failureCode: answer.reason } })
  }
  return { state: (await readRefund(ctx, input.refundId)).refund.state }
}

async function findMade(ctx: Ctx, paymentIntentId: string, refundId: string) {
  const there = await ctx.payments.listRefunds({ paymentIntentId })
  return there.find((refund) => refund.refundId === refundId)
}

async function readRefund(ctx: Ctx, refundId: string) {
  const [row] = await ctx.db
    .select({ refund: refunds, paymentIntentId: topUps.paymentIntentId })
    .from(refunds)
    .innerJoin(topUps, eq(topUps.id, refunds.topUpId))
    .where(eq(refunds.id, refundId))
  if (!row?.paymentIntentId) throw new AppError('not_found', 'There is no such refund.')
  return { refund: row.refund, paymentIntentId: row.paymentIntentId }
}
