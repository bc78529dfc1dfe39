import type Stripe from 'stripe'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'
import { cancelIntent } from './cancel-intent.ts'

/** @throws RequestError 400 when the session is not open. */
export function expireSession(work: Work, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  if (session.status !== 'open') {
    throw refused(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    )
  }
  const intentId = idOf(session.payment_intent)
  if (intentId !== null) cancelIntent(work, work.get('payment_intent', intentId), 'expired')
  session.status = 'expired'
  session.url = null
  work.put('checkout_session', session)
  work.unschedule(session.id, ['expire_session'])
  work.emit('checkout.session.expired', session)
  return session
}
