import type Stripe from 'stripe'
import { newCharge } from '#lib/local/stripe/objects/charge.ts'
import { testCard } from '#lib/local/stripe/objects/payment-method.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { startBankPayment } from './settle-bank-payment.ts'
import { SETTLE_DELAY_MS, settleCharge } from './settle-charge.ts'
import { type Decline, isBankAccount, type TestCard } from './test-cards.ts'

export type PaymentOutcome =
  | { kind: 'succeeded' | 'processing' | 'requires_action' }
  | { kind: 'declined'; decline: Decline }

export interface PaymentOptions {
  /** Nobody is there to answer a 3-D Secure challenge. */
  offSession: boolean
  /** The challenge was answered. */
  authenticated: boolean
  /** Where the challenge leads back to. */
  returnUrl: string | null
}

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}

/** Charges the PaymentIntent to a payment method; the events follow in Stripe's usual order. */
export function payIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  options: PaymentOptions,
): PaymentOutcome {
  const instrument = work.get('instrument', method.id)
  intent.payment_method = method.id
  intent.last_payment_error = null
  intent.next_action = null
  if (isBankAccount(instrument.number)) {
    attachForFutureUse(work, intent, method)
    startBankPayment(work, intent, method, instrument)
    return { kind: 'processing' }
  }
  const card = testCard(instrument.number)
  const asks = card.authentication === 'always' || (card.authentication === 'unless_set_up' && !instrument.setUp)
  if (asks && !options.authenticated) {
    if (options.offSession) return declineIntent(work, intent, method, AUTHENTICATION_REQUIRED, false)
    return requireAction(work, intent, options.returnUrl)
  }
  if (card.decline) return declineIntent(work, intent, method, card.decline, options.authenticated)
  return succeedIntent(work, intent, method, card, options.authenticated)
}

function succeedIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  card: TestCard,
  authenticated: boolean,
): PaymentOutcome {
  const instrument = work.get('instrument', method.id)
  const charge = newCharge(work, { intent, method, instrument, status: 'succeeded', authenticated })
  work.put('charge', charge)
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
  } satisfies Partial<Stripe.PaymentIntent>)
  work.put('payment_intent', intent)
  if (intent.capture_method === 'automatic') settleCharge(work, charge.id, { silent: true })
  else work.schedule('settle_charge', charge.id, work.nowMs + SETTLE_DELAY_MS)
  work.emit('charge.succeeded', work.get('charge', charge.id))
  attachForFutureUse(work, intent, method)
  work.emit('payment_intent.succeeded', intent)
  if (card.afterCharge) work.schedule(card.afterCharge, intent.id, work.nowMs + work.settings.asyncDelayMs)
  return { kind: 'succeeded' }
}

function declineIntent(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
  authenticated: boolean,
): PaymentOutcome {
  const instrument = work.get('instrument', method.id)
  const charge = newCharge(work, { intent, method, instrument, status: 'failed', authenticated, decline })
  work.put('charge', charge)
  Object.assign(intent, {
    status: 'requires_payment_method',
    latest_charge: charge.id,
    payment_method: null,
    last_payment_error: {
      ...(decline.adviceCode && { advice_code: decline.adviceCode }),
      charge: charge.id,
      code: decline.code,
      decline_code: decline.declineCode,
      doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
      message: decline.message,
      network_decline_code: '01',
      payment_method: method,
      type: 'card_error',
    },
  } satisfies Partial<Stripe.PaymentIntent>)
  work.put('payment_intent', intent)
  work.emit('charge.failed', charge)
  work.emit('payment_intent.payment_failed', intent)
  return { kind: 'declined', decline }
}

function requireAction(work: Work, intent: Stripe.PaymentIntent, returnUrl: string | null): PaymentOutcome {
  intent.status = 'requires_action'
  intent.next_action = {
    type: 'redirect_to_url',
    redirect_to_url: { url: `${work.settings.baseUrl}/c/3ds/${intent.id}`, return_url: returnUrl },
  }
  work.put('payment_intent', intent)
  work.emit('payment_intent.requires_action', intent)
  return { kind: 'requires_action' }
}

/** The customer failed the 3-D Secure challenge: no charge is made, another card may be tried. */
export function failAuthentication(work: Work, intent: Stripe.PaymentIntent): void {
  const method = work.get('payment_method', idOf(intent.payment_method) ?? '')
  Object.assign(intent, {
    status: 'requires_payment_method',
    next_action: null,
    payment_method: null,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
        'PaymentMethod to attempt to fulfill this PaymentIntent again.',
      payment_method: method,
      type: 'invalid_request_error',
    },
  } satisfies Partial<Stripe.PaymentIntent>)
  work.put('payment_intent', intent)
  work.emit('payment_intent.payment_failed', intent)
}

/** Saves the method on the customer when the payment asked for it; otherwise it can not be used again. */
function attachForFutureUse(work: Work, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
  const instrument = work.get('instrument', method.id)
  const customer = idOf(intent.customer)
  const setUp = instrument.setUp || intent.setup_future_usage === 'off_session'
  if (idOf(method.customer) !== null) {
    work.put('instrument', { ...instrument, setUp })
    return
  }
  if (intent.setup_future_usage === null || customer === null) {
    work.put('instrument', { ...instrument, consumed: true })
    return
  }
  work.put('instrument', { ...instrument, setUp })
  method.customer = customer
  method.allow_redisplay = 'limited'
  work.put('payment_method', method)
  work.emit('payment_method.attached', method)
}
