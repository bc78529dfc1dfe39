import { z } from 'zod'
import { creditTopUp } from '#lib/services/wallet/credit-top-up.ts'
import type { StripeEventHandler } from './event-handler.ts'
import { matchTopUp } from './match-top-up.ts'

/** What we read of a PaymentIntent (https://docs.stripe.com/api/payment_intents/object). */
const PaymentIntentObject = z.object({
  id: z.string(),
  metadata: z.record(z.string(), z.string()),
  amount_received: z.number().int(),
  currency: z.string(),
  livemode: z.boolean(),
})

/** `payment_intent.succeeded`: only automatic top-ups, which have no Checkout; every other payment is credited by its Checkout. */
export const onPaymentIntentSucceeded: StripeEventHandler = async ({ ctx, event }) => {
  const intent = PaymentIntentObject.parse(event.data)
  const topUpId = intent.metadata.top_up_id
  if (intent.metadata.kind !== 'auto' || topUpId === undefined) return 'ignored'
  const claim = {
    topUpId,
    userId: intent.metadata.user_id ?? null,
    source: 'auto',
    checkoutSessionId: null,
    paymentIntentId: intent.id,
    amountCents: intent.amount_received,
    currency: intent.currency,
    livemode: intent.livemode,
  } as const
  const topUp = await matchTopUp({ ctx, claim })
  await creditTopUp({ ctx, input: { topUp, paymentIntentId: intent.id, checkoutSessionId: null } })
  return 'done'
}
