import { z } from 'zod'
import { declineAutoTopUp } from '#lib/services/spending/decline-auto-top-up.ts'
import type { StripeEventHandler } from './event-handler.ts'
import { matchTopUp } from './match-top-up.ts'

/** What we read of a PaymentIntent that did not go through (https://docs.stripe.com/api/payment_intents/object). */
const FailedIntent = z.object({
  id: z.string(),
  metadata: z.record(z.string(), z.string()),
  amount: z.number().int(),
  currency: z.string(),
  livemode: z.boolean(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
})

/**
 * `payment_intent.payment_failed`: only automatic top-ups, whose answer may have been lost with the process that waited for it. A Checkout's visitor
 * sees the decline themselves and may try another card.
 */
export const onPaymentIntentFailed: StripeEventHandler = async ({ ctx, event }) => {
  const intent = FailedIntent.parse(event.data)
  const topUpId = intent.metadata.top_up_id
  if (intent.metadata.kind !== 'auto' || topUpId === undefined) return 'ignored'
  const claim = {
    topUpId,
    userId: intent.metadata.user_id ?? null,
    source: 'auto',
    checkoutSessionId: null,
    paymentIntentId: intent.id,
    amountCents: intent.amount,
    currency: intent.currency,
    livemode: intent.livemode,
  } as const
  const topUp = await matchTopUp({ ctx, claim })
  const reason = intent.last_payment_error
  const code = reason?.decline_code ?? reason?.code ?? 'card_declined'
  const needsOwner = reason?.code === 'authentication_required'
  await declineAutoTopUp({ ctx, input: { topUp, code, needsOwner, paymentIntentId: intent.id } })
  return 'done'
}
