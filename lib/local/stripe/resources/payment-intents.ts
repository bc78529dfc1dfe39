import type Stripe from 'stripe'
import { resolveMethod } from '#lib/local/stripe/flows/attach-method.ts'
import { cancelIntent } from '#lib/local/stripe/flows/cancel-intent.ts'
import { sessionOfIntent } from '#lib/local/stripe/flows/finish-session-payment.ts'
import { payIntent } from '#lib/local/stripe/flows/pay-intent.ts'
import type { Decline } from '#lib/local/stripe/flows/test-cards.ts'
import { newPaymentIntent } from '#lib/local/stripe/objects/payment-intent.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import {
  paymentIntentCancel,
  paymentIntentCreate,
  paymentIntentList,
} from '#lib/local/stripe/params/payment-intents.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { isCurrency, MAXIMUM_AMOUNT, MINIMUM_AMOUNTS, mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { badParameter, missingParameter, noSuch, RequestError, refused } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { existingCustomer } from './customers.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

type Params = Stripe.PaymentIntentCreateParams

function existing(work: Work, id: string): Stripe.PaymentIntent {
  const intent = work.find('payment_intent', id)
  if (!intent) throw noSuch('payment_intent', id)
  return intent
}

function createIntent(work: Work, params: Params): Stripe.PaymentIntent {
  requireChargeable(params.amount, params.currency)
  refuseContradictions(params)
  const customer = params.customer === undefined ? null : existingCustomer(work, params.customer).id
  const method = params.payment_method === undefined ? null : usableMethod(work, params.payment_method, customer)
  const automatic = params.automatic_payment_methods
  const intent = newPaymentIntent(work, {
    amount: params.amount,
    currency: params.currency,
    customer,
    metadata: mergeMetadata(null, params.metadata),
    captureMethod: params.capture_method,
    description: params.description,
    receiptEmail: params.receipt_email,
    setupFutureUsage: params.setup_future_usage,
    statementDescriptor: params.statement_descriptor,
    statementDescriptorSuffix: params.statement_descriptor_suffix,
    transferGroup: params.transfer_group,
    automaticMethods: { allow_redirects: automatic?.allow_redirects ?? 'always', enabled: automatic?.enabled ?? true },
    allowedMethods: params.allowed_payment_method_types ?? null,
  })
  if (!method) return intent
  intent.payment_method = method.id
  intent.status = 'requires_confirmation'
  work.put('payment_intent', intent)
  return params.confirm ? confirm(work, intent, method, params) : intent
}

function confirm(work: Work, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, params: Params) {
  const offSession = params.off_session === true
  if (!offSession && params.return_url === undefined && params.automatic_payment_methods?.allow_redirects !== 'never') {
    throw refused(
      'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment ' +
        'methods might redirect your customer off of your page, you must provide a `return_url`. If you do not want to accept ' +
        'redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and ' +
        '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.',
    )
  }
  const failOnAction = offSession || params.error_on_requires_action === true
  const options = { offSession: failOnAction, authenticated: false, returnUrl: params.return_url ?? null }
  const outcome = payIntent(work, intent, method, options)
  if (outcome.kind === 'declined') throw cardError(work.get('payment_intent', intent.id), method, outcome.decline)
  return work.get('payment_intent', intent.id)
}

/** 402: the payment was tried and refused; the PaymentIntent, its failed charge and their events stay. */
function cardError(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, decline: Decline): RequestError {
  return new RequestError(
    402,
    {
      type: 'card_error',
      message: decline.message,
      code: decline.code,
      decline_code: decline.declineCode,
      ...(decline.adviceCode && { advice_code: decline.adviceCode }),
      network_decline_code: '01',
      charge: idOf(intent.latest_charge) ?? undefined,
      payment_intent: intent,
      payment_method: method,
    },
    { keepsWork: true },
  )
}

function requireChargeable(amount: number, currency: string): void {
  const minimum = isCurrency(currency) ? MINIMUM_AMOUNTS[currency] : 0
  const money = (cents: number) => `$${(cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })} ${currency}`
  if (amount < minimum) throw badParameter('amount', `Amount must be at least ${money(minimum)}`, 'amount_too_small')
  if (amount > MAXIMUM_AMOUNT) {
    throw badParameter('amount', `Amount must be no more than ${money(MAXIMUM_AMOUNT)}`, 'amount_too_large')
  }
}

function refuseContradictions(params: Params): void {
  if (params.confirm && params.payment_method === undefined) throw missingParameter('payment_method')
  for (const param of ['off_session', 'return_url', 'error_on_requires_action'] as const) {
    if (params[param] !== undefined && !params.confirm) {
      throw badParameter(param, `${param} can only be provided when \`confirm\` is set to true.`)
    }
  }
}

function usableMethod(work: Work, id: string, customer: string | null): Stripe.PaymentMethod {
  const method = resolveMethod(work, id, 'payment_method')
  const owner = idOf(method.customer)
  if (owner !== null && owner !== customer) {
    const message =
      customer === null
        ? `The PaymentMethod ${id} belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
        : `The PaymentMethod ${id} does not belong to the Customer you supplied ${customer}. Please use this payment method with the Customer that it belongs to instead.`
    throw refused(message, 'payment_method_customer_mismatch', 'payment_method')
  }
  if (owner === null && work.get('instrument', method.id).consumed) {
    throw refused(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
        'connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a ' +
        'PaymentMethod multiple times, you must attach it to a Customer first.',
    )
  }
  return method
}

export const paymentIntentRoutes = [
  route({ method: 'POST', path: '/v1/payment_intents', params: paymentIntentCreate, run: createIntent }),
  route({
    method: 'GET',
    path: '/v1/payment_intents',
    params: paymentIntentList,
    run(work, params) {
      const found = work
        .all('payment_intent')
        .filter((intent) => createdWithin(intent.created, params.created))
        .filter((intent) => matches(params.customer, idOf(intent.customer)))
      return listPage(found, '/v1/payment_intents', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    params: retrieve,
    run: (work, _params, id) => existing(work, id),
  }),
  route({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    params: paymentIntentCancel,
    run(work, params, id) {
      const intent = existing(work, id)
      if (sessionOfIntent(work, id)?.status === 'open') {
        throw refused(
          'You cannot cancel a PaymentIntent of an open Checkout Session. Expire the Checkout Session instead.',
        )
      }
      return cancelIntent(work, intent, params.cancellation_reason ?? null)
    },
  }),
]
