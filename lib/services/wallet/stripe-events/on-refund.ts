import { z } from 'zod'
import { settleRefund } from '#lib/services/wallet/settle-refund.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** What we read of a Refund (https://docs.stripe.com/api/refunds/object). */
const RefundObject = z.object({
  id: z.string(),
  status: z.string().nullable(),
  amount: z.number().int(),
  currency: z.string(),
  payment_intent: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  failure_reason: z.string().nullish(),
})

/** `refund.created`, `refund.updated`, `refund.failed`, `charge.refund.updated`: all say how one refund is now. */
export const onRefund: StripeEventHandler = async ({ ctx, event }) => {
  const refund = RefundObject.parse(event.data)
  const input = {
    id: refund.id,
    status: refund.status ?? 'pending',
    amountCents: refund.amount,
    currency: refund.currency,
    paymentIntentId: refund.payment_intent ?? null,
    refundId: refund.metadata?.refund_id ?? null,
    failureReason: refund.failure_reason ?? null,
  }
  return await settleRefund({ ctx, input })
}
