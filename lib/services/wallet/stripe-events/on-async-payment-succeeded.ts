import { readTopUpSession } from './checkout-session.ts'
import { creditSession } from './credit-session.ts'
import type { StripeEventHandler } from './event-handler.ts'
import { PaymentMismatch } from './match-top-up.ts'

/** `checkout.session.async_payment_succeeded`: a bank debit has arrived. */
export const onAsyncPaymentSucceeded: StripeEventHandler = async ({ ctx, event }) => {
  const session = await readTopUpSession({ ctx, data: event.data })
  if (!session) return 'ignored'
  if (!session.paid) throw new PaymentMismatch(`Top-up ${session.topUp.id} succeeded at Stripe but is not called paid`)
  await creditSession({ ctx, session })
  return 'done'
}
