import type { StripeEventHandler } from './event-handler.ts'
import { onAsyncPaymentFailed } from './on-async-payment-failed.ts'
import { onAsyncPaymentSucceeded } from './on-async-payment-succeeded.ts'
import { onCharge } from './on-charge.ts'
import { onChargeRefunded } from './on-charge-refunded.ts'
import { onCheckoutCompleted } from './on-checkout-completed.ts'
import { onCheckoutExpired } from './on-checkout-expired.ts'
import { onDispute } from './on-dispute.ts'
import { onInvoicePaid } from './on-invoice-paid.ts'
import { onPaymentIntentFailed } from './on-payment-intent-failed.ts'
import { onPaymentIntentSucceeded } from './on-payment-intent-succeeded.ts'
import { onRefund } from './on-refund.ts'

/** Every event type that moves something; any other is stored and ignored. The endpoint at Stripe subscribes to these. */
export const STRIPE_EVENT_HANDLERS: ReadonlyMap<string, StripeEventHandler> = new Map([
  ['checkout.session.completed', onCheckoutCompleted],
  ['checkout.session.async_payment_succeeded', onAsyncPaymentSucceeded],
  ['checkout.session.async_payment_failed', onAsyncPaymentFailed],
  ['checkout.session.expired', onCheckoutExpired],
  ['payment_intent.succeeded', onPaymentIntentSucceeded],
  ['payment_intent.payment_failed', onPaymentIntentFailed],
  ['charge.succeeded', onCharge],
  ['charge.updated', onCharge],
  ['invoice.paid', onInvoicePaid],
  ['refund.created', onRefund],
  ['refund.updated', onRefund],
  ['refund.failed', onRefund],
  ['charge.refund.updated', onRefund],
  ['charge.refunded', onChargeRefunded],
  ['charge.dispute.created', onDispute],
  ['charge.dispute.updated', onDispute],
  ['charge.dispute.funds_withdrawn', onDispute],
  ['charge.dispute.funds_reinstated', onDispute],
  ['charge.dispute.closed', onDispute],
])
