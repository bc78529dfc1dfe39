import type Stripe from 'stripe'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { invoiceSession } from './invoice-session.ts'

export function sessionOfIntent(work: Work, intentId: string): Stripe.Checkout.Session | undefined {
  return work.all('checkout_session').find((session) => idOf(session.payment_intent) === intentId)
}

/** Tells a completed session how its bank payment ended. */
export function finishSessionPayment(work: Work, intentId: string, succeeded: boolean): void {
  const session = sessionOfIntent(work, intentId)
  if (!session) return
  if (succeeded) session.payment_status = 'paid'
  work.put('checkout_session', session)
  if (succeeded) invoiceSession(work, session)
  work.emit(`checkout.session.async_payment_${succeeded ? 'succeeded' : 'failed'}`, session)
}
