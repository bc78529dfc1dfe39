import Stripe from 'stripe'
import { AppError } from '#lib/contracts/errors.ts'
import type { CardCharge, SavedCards, VendorCard } from './saved-cards-port.ts'

/**
 * Cards that Checkout saved with `setup_future_usage`, charged with `off_session`
 * (https://docs.stripe.com/payments/save-and-reuse, https://docs.stripe.com/error-handling).
 */
export function stripeSavedCards(stripe: Stripe): SavedCards {
  return {
    async readCardOf({ paymentIntentId }) {
      const call = stripe.paymentIntents.retrieve(paymentIntentId, { expand: ['payment_method'] })
      const { payment_method: method } = await call.catch((cause: unknown) => Promise.reject(unknown(cause)))
      return method === null || typeof method === 'string' ? null : toCard(method)
    },
    async chargeCard({ topUpId, userId, customerId, paymentMethodId, amountCents, idempotencyKey }) {
      const params = {
        amount: amountCents,
        currency: 'usd',
        customer: customerId,
        payment_method: paymentMethodId,
        off_session: true,
        confirm: true,
        description: 'ReelBallers credits, automatic top-up',
        metadata: { kind: 'auto', top_up_id: topUpId, user_id: userId },
      } satisfies Stripe.PaymentIntentCreateParams
      try {
        return toCharge(await stripe.paymentIntents.create(params, { idempotencyKey }))
      } catch (error) {
        return toDecline(error)
      }
    },
    abandonPayment: ({ paymentIntentId }) =>
      settled(stripe.paymentIntents.cancel(paymentIntentId, { cancellation_reason: 'abandoned' })),
    forgetCard: ({ paymentMethodId }) => settled(stripe.paymentMethods.detach(paymentMethodId)),
  }
}

function toCard({ id, type, card, customer }: Stripe.PaymentMethod): VendorCard | null {
  if (type !== 'card' || !card || customer === null) return null
  const { brand, last4, exp_month: expMonth, exp_year: expYear } = card
  return { paymentMethodId: id, brand, last4, expMonth, expYear }
}

function toCharge({ id, status }: Stripe.PaymentIntent): CardCharge {
  if (status === 'succeeded' || status === 'processing') return { outcome: 'accepted', paymentIntentId: id }
  const needsOwner = status === 'requires_action'
  const code = needsOwner ? 'authentication_required' : status
  return { outcome: 'declined', code, needsOwner, paymentIntentId: id }
}

/** A refusal is an answer; everything else leaves open whether the card was charged. */
function toDecline(error: unknown): CardCharge {
  if (error instanceof Stripe.errors.StripeCardError) {
    const { code = 'card_declined', decline_code: declineCode, payment_intent: intent } = error
    const needsOwner = code === 'authentication_required'
    return { outcome: 'declined', code: declineCode ?? code, needsOwner, paymentIntentId: intent?.id ?? null }
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    return { outcome: 'declined', code: error.code ?? 'card_unusable', needsOwner: false, paymentIntentId: null }
  }
  throw unknown(error)
}

/** Done, or refused because it was done before. */
async function settled(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unknown(error)
  }
}

function unknown(cause: unknown): AppError {
  return new AppError('payment_provider', 'The payment service did not answer as it should. Try again in a minute.', {
    cause,
  })
}
