import { and, eq, isNotNull, notInArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { refunds } from '#db/schema/ledger.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { findPaidTopUp } from '#lib/services/wallet/find-paid-top-up.ts'
import { settleRefund } from '#lib/services/wallet/settle-refund.ts'
import type { StripeEventHandler } from './event-handler.ts'

const RefundedCharge = z.object({
  id: z.string(),
  payment_intent: z.string().nullish(),
  /** Of all its refunds together, so far. */
  amount_refunded: z.number().int(),
})

/**
 * `charge.refunded`: says how much of a payment went back in all, but not by which refunds. When that is what the books say, there is nothing to
 * do; else Stripe's list tells the refunds apart, and each is booked once by its own id: the difference is booked, and no more.
 */
export const onChargeRefunded: StripeEventHandler = async ({ ctx, event }) => {
  const charge = RefundedCharge.parse(event.data)
  const paymentIntentId = charge.payment_intent ?? null
  const topUp = await findPaidTopUp({ ctx, input: { paymentIntentId } })
  if (!topUp || paymentIntentId === null) return 'ignored'
  if ((await knownMicros(ctx, topUp.id)) === centsToMicros(charge.amount_refunded)) return 'done'
  for (const refund of await ctx.payments.listRefunds({ paymentIntentId })) await settleRefund({ ctx, input: refund })
  return 'done'
}

async function knownMicros(ctx: Ctx, topUpId: string): Promise<number> {
  const [known] = await ctx.db
    .select({ micros: sql<number>`coalesce(sum(${refunds.amountMicros} + ${refunds.taxCents} * 10000), 0)` })
    .from(refunds)
    .where(
      and(
        eq(refunds.topUpId, topUpId),
        isNotNull(refunds.stripeRefundId),
        notInArray(refunds.state, ['failed', 'refused']),
      ),
    )
  return known?.micros ?? 0
}
