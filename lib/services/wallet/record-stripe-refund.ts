import { refunds, type topUps } from '#db/schema/ledger.ts'
import { userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planTakenBack } from '#lib/core/ledger/plan-taken-back.ts'
import type { RefundEvent } from '#lib/core/ledger/refund-machine.ts'
import { splitGross } from '#lib/core/ledger/split-tax.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { ProviderRefund } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { findPaidTopUp } from './find-paid-top-up.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalance } from './read-balance.ts'
import { readLeft } from './read-left.ts'
import { runBatch } from './run-batch.ts'
import { PaymentMismatch } from './stripe-events/match-top-up.ts'

const PLANS = 5

type TopUp = typeof topUps.$inferSelect

/**
 * Books a refund that was made at Stripe without us: unused credit first, the rest is the user's debt. Once per refund of Stripe's. One that we
 * first hear of when it has failed is noted without money, so that older news of it moves none either. `ignored`: not a payment of ours.
 * Throws when other refunds fill the top-up: one of ours that Stripe was not asked for yet, which it will now refuse; after that this succeeds.
 */
export async function recordStripeRefund({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { refund: ProviderRefund; event: RefundEvent }
}): Promise<'done' | 'ignored'> {
  const { refund, event } = input
  const topUp = await findPaidTopUp({ ctx, input: { paymentIntentId: refund.paymentIntentId } })
  if (!topUp) return 'ignored'
  if (refund.currency !== 'usd') throw new PaymentMismatch(`Refund ${refund.id} is in ${refund.currency}`)
  for (let plans = 0; plans < PLANS; plans++) {
    const statements = await prepare(ctx, topUp, refund, event)
    const result = await runBatch(ctx, statements)
    if (result.ok) return 'done'
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'bug') throw new Error(`Refund ${refund.id} cannot be booked: ${meaning}`)
    if (outcome === 'done' || result.constraint === 'refunds_stripe_unique') return 'done'
    if (result.constraint === 'refund_exceeds_top_up') break
  }
  throw new Error(
    `Refund ${refund.id} could not be booked: what is left of top-up ${topUp.id} is less, or kept changing`,
  )
}

async function prepare(ctx: Ctx, topUp: TopUp, refund: ProviderRefund, event: RefundEvent) {
  const { creditCents, taxCents } = splitGross(refund.amountCents, await readLeft({ ctx, input: { topUp } }))
  const refundId = ctx.newId('rfd')
  const insert = ctx.db.insert(refunds).values({
    id: refundId,
    userId: topUp.userId,
    topUpId: topUp.id,
    stripeRefundId: refund.id,
    state: event === 'accepted' ? 'pending' : event,
    amountMicros: centsToMicros(creditCents),
    taxCents,
    origin: 'stripe',
    failureCode: refund.failureReason,
    createdAtMs: ctx.nowMs(),
    updatedAtMs: ctx.nowMs(),
  })
  if (event === 'failed') return [insert]
  const available = userAccountId(topUp.userId, 'available')
  const drafts = planTakenBack({
    userId: topUp.userId,
    cause: { kind: 'refund', id: refundId },
    idempotencyKey: `refund:${refund.id}`,
    amountMicros: centsToMicros(creditCents),
    taxMicros: centsToMicros(taxCents),
    availableMicros: await readBalance({ ctx, input: { accountId: available } }),
  })
  return [insert, ...insertTransfers(ctx, drafts)]
}
