import { z } from 'zod'
import type { Ctx } from '#lib/services/context.ts'
import { matchTopUp, type TopUp } from './match-top-up.ts'

/** What we read of a Checkout Session (https://docs.stripe.com/api/checkout/sessions/object). */
const CheckoutSessionObject = z.object({
  id: z.string(),
  client_reference_id: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
  payment_status: z.string(),
  payment_intent: z.string().nullable(),
  amount_total: z.number().int().nullable(),
  total_details: z.object({ amount_tax: z.number().int() }).nullish(),
  currency: z.string().nullable(),
  livemode: z.boolean(),
})

export interface TopUpSession {
  topUp: TopUp
  checkoutSessionId: string
  paymentIntentId: string | null
  /** Sales tax on top of the amount. */
  taxCents: number
  paid: boolean
}

/** The top-up a Checkout Session pays; null when the session is none of ours. Throws PaymentMismatch, ZodError. */
export async function readTopUpSession({ ctx, data }: { ctx: Ctx; data: unknown }): Promise<TopUpSession | null> {
  const session = CheckoutSessionObject.parse(data)
  const topUpId = session.metadata?.top_up_id
  if (session.metadata?.kind !== 'top_up' || topUpId === undefined) return null
  const taxCents = session.total_details?.amount_tax ?? 0
  const claim = {
    topUpId,
    userId: session.client_reference_id,
    source: 'checkout',
    checkoutSessionId: session.id,
    paymentIntentId: session.payment_intent,
    amountCents: session.amount_total === null ? null : session.amount_total - taxCents,
    currency: session.currency,
    livemode: session.livemode,
  } as const
  const topUp = await matchTopUp({ ctx, claim })
  const paid = session.payment_status === 'paid'
  return { topUp, checkoutSessionId: session.id, paymentIntentId: session.payment_intent, taxCents, paid }
}
