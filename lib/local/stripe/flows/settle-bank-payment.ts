import type Stripe from 'stripe'
import { newCharge } from '#lib/local/stripe/objects/charge.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Instrument } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { finishSessionPayment } from './finish-session-payment.ts'
import { settleCharge } from './settle-charge.ts'
import { BANK_ACCOUNTS, isBankAccount } from './test-cards.ts'

/** Starts a bank debit: it is known to have worked, or not, only later. */
export function startBankPayment(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  instrument: Instrument,
): void {
  if (!isBankAccount(instrument.number)) throw new Error('not a bank account')
  const charge = newCharge(work, { intent, method, instrument, status: 'pending', authenticated: false })
  work.put('charge', charge)
  intent.status = 'processing'
  intent.latest_charge = charge.id
  intent.processing = null
  work.put('payment_intent', intent)
  work.emit('payment_intent.processing', intent)
  work.emit('charge.pending', charge)
  work.schedule(BANK_ACCOUNTS[instrument.number].taskKind, intent.id, work.nowMs + work.settings.asyncDelayMs)
}

/** @returns false when the payment was not waiting for its bank. */
export function settleBankPayment(work: Work, intentId: string, succeeded: boolean): boolean {
  const intent = work.find('payment_intent', intentId)
  if (intent?.status !== 'processing') return false
  work.unschedule(intentId, ['succeed_bank_payment', 'fail_bank_payment'])
  const chargeId = idOf(intent.latest_charge) ?? ''
  if (succeeded) succeedBankPayment(work, intent, chargeId)
  else failBankPayment(work, intent, chargeId)
  finishSessionPayment(work, intentId, succeeded)
  return true
}

function succeedBankPayment(work: Work, intent: Stripe.PaymentIntent, chargeId: string): void {
  work.put('charge', { ...work.get('charge', chargeId), status: 'succeeded', paid: true })
  settleCharge(work, chargeId, { silent: true })
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  work.put('payment_intent', intent)
  work.emit('charge.succeeded', work.get('charge', chargeId))
  work.emit('payment_intent.succeeded', intent)
}

function failBankPayment(work: Work, intent: Stripe.PaymentIntent, chargeId: string): void {
  const charge: Stripe.Charge = {
    ...work.get('charge', chargeId),
    status: 'failed',
    amount_captured: 0,
    captured: false,
    failure_code: 'insufficient_funds',
    failure_message: 'The customer’s bank account could not be debited.',
    receipt_url: null,
  }
  work.put('charge', charge)
  const method = work.get('payment_method', idOf(intent.payment_method) ?? '')
  Object.assign(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: {
      charge: charge.id,
      code: 'payment_intent_payment_attempt_failed',
      decline_code: 'insufficient_funds',
      doc_url: 'https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed',
      message: 'The payment failed.',
      payment_method: method,
      type: 'invalid_request_error',
    },
  } satisfies Partial<Stripe.PaymentIntent>)
  work.put('payment_intent', intent)
  work.emit('charge.failed', charge)
  work.emit('payment_intent.payment_failed', intent)
}
