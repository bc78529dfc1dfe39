import type { StripeEventHandler } from './event-handler.ts'
import { onAsyncPaymentFailed } from './on-async-payment-failed.ts'
import { onAsyncPaymentSucceeded } from './on-async-payment-succeeded.ts'
import { onCheckoutCompleted } from './on-checkout-completed.ts'
import { onCheckoutExpired } from './on-checkout-expired.ts'
import { onMoneyTakenBack } from './on-money-taken-back.ts'
import { onPaymentIntentSucceeded } from './on-payment-intent-succeeded.ts'

/** Every event type that moves something; any other is stored and ignored. The endpoint at Stripe subscribes to these. */
export const STRIPE_EVENT_HANDLERS: ReadonlyMap<string, StripeEventHandler> = new Map([
  ['checkout.session.completed', onCheckoutCompleted],
  ['checkout.session.async_payment_succeeded', onAsyncPaymentSucceeded],
  ['checkout.session.async_payment_failed', onAsyncPaymentFailed],
  ['checkout.session.expired', onCheckoutExpired],
  ['payment_intent.succeeded', onPaymentIntentSucceeded],
  ['charge.dispute.created', onMoneyTakenBack],
  ['charge.dispute.funds_withdrawn', onMoneyTakenBack],
  ['charge.refunded', onMoneyTakenBack],
])
