import Stripe from 'stripe'
import type { Payments, ProviderRefund } from './port.ts'
import { answer, unreachable } from './stripe-answer.ts'

/** Stripe's page is 100; a payment has no more refunds than it has cents. */
const MOST_REFUNDS = 1_000

/** Answers that mean: no refund was made, and asking again will not make one. An empty balance of ours is not among them. */
const REFUSALS = new Set([
  'charge_already_refunded',
  'charge_disputed',
  'refund_disputed_payment',
  'payment_intent_unexpected_state',
  'resource_missing',
])

/** The part of Payments that gives money back (https://docs.stripe.com/api/refunds). */
export function stripeRefunds(stripe: Stripe): Pick<Payments, 'createRefund' | 'listRefunds' | 'readPayment'> {
  return {
    async createRefund({ refundId, userId, paymentIntentId, amountCents, idempotencyKey }) {
      const params: Stripe.RefundCreateParams = {
        payment_intent: paymentIntentId,
        amount: amountCents,
        reason: 'requested_by_customer',
        metadata: { kind: 'refund', refund_id: refundId, user_id: userId },
      }
      try {
        return { outcome: 'made', refund: toRefund(await stripe.refunds.create(params, { idempotencyKey })) }
      } catch (error) {
        const reason = refusal(error)
        if (reason === null) throw unreachable(error)
        return { outcome: 'refused', reason }
      }
    },
    async listRefunds({ paymentIntentId }) {
      const list = stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 })
      const refunds = await answer(list.autoPagingToArray({ limit: MOST_REFUNDS }))
      return refunds.map(toRefund).reverse()
    },
    async readPayment({ paymentIntentId }) {
      const intent = await answer(stripe.paymentIntents.retrieve(paymentIntentId).catch(nullIfMissing))
      if (!intent) return null
      const { kind, top_up_id } = intent.metadata
      return { id: intent.id, topUpId: kind === 'top_up' || kind === 'auto' ? (top_up_id ?? null) : null }
    },
  }
}

function refusal(error: unknown): string | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return null
  if (error.code !== undefined && REFUSALS.has(error.code)) return error.code
  return error.param === 'amount' ? 'amount_too_large' : null
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing') return null
  throw error
}

function toRefund(refund: Stripe.Refund): ProviderRefund {
  return {
    id: refund.id,
    status: refund.status ?? 'pending',
    amountCents: refund.amount,
    currency: refund.currency,
    paymentIntentId: idOf(refund.payment_intent),
    refundId: refund.metadata?.refund_id ?? null,
    failureReason: refund.failure_reason ?? null,
  }
}

export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}
