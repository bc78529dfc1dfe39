import type Stripe from 'stripe'
import { NOBODY, newPaymentMethod } from '#lib/local/stripe/objects/payment-method.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { noSuch, refused } from '#lib/local/stripe/wire/errors.ts'
import { testCardOfToken } from './test-cards.ts'

/** Finds a PaymentMethod; a test token (`pm_card_visa`) stands for a new one. @throws RequestError when there is none */
export function resolveMethod(work: Work, id: string, param: string): Stripe.PaymentMethod {
  const card = testCardOfToken(id)
  if (card) return newPaymentMethod(work, card.number, NOBODY)
  const method = work.find('payment_method', id)
  if (!method) throw noSuch('PaymentMethod', id, param)
  return method
}

/** Saves a payment method on a customer. @throws RequestError when it belongs to another or was used up */
export function attachMethod(work: Work, id: string, customer: string, param = 'payment_method'): Stripe.PaymentMethod {
  const method = resolveMethod(work, id, param)
  const owner = idOf(method.customer)
  if (owner === customer) return method
  if (owner !== null) {
    throw refused(
      'The payment method you provided has already been attached to a customer.',
      'payment_method_unexpected_state',
    )
  }
  if (work.get('instrument', method.id).consumed) {
    throw refused(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may ' +
        'not be used again.',
      'payment_method_unexpected_state',
    )
  }
  method.customer = customer
  work.put('payment_method', method)
  work.emit('payment_method.attached', method)
  return method
}
