import type Stripe from 'stripe'
import { newCustomer } from '#lib/local/stripe/objects/customer.ts'
import { newPaymentIntent } from '#lib/local/stripe/objects/payment-intent.ts'
import { newPaymentMethod, type Payer } from '#lib/local/stripe/objects/payment-method.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'
import { applyTax } from './apply-tax.ts'
import { sessionOfIntent } from './finish-session-payment.ts'
import { invoiceSession } from './invoice-session.ts'
import { failAuthentication, type PaymentOutcome, payIntent } from './pay-intent.ts'

/**
 * Pays an open session as its customer would on the hosted page.
 * @param number a test card number or the name of a bank account
 * @throws RequestError 400 when the session is no longer open: it can be paid only once
 */
export function paySession(work: Work, session: Stripe.Checkout.Session, number: string, payer: Payer): PaymentOutcome {
  if (session.status !== 'open') {
    throw refused(`This Checkout Session has a status of \`${session.status}\`; only an open one can be paid.`)
  }
  ensureCustomer(work, session, payer)
  applyTax(work, session, payer)
  const intent = ensureIntent(work, session)
  const method = newPaymentMethod(work, number, payer)
  const outcome = payIntent(work, intent, method, {
    offSession: false,
    authenticated: false,
    returnUrl: session.success_url,
  })
  work.put('checkout_session', session)
  settleSession(work, session, outcome, method)
  return outcome
}

/** The customer answered the 3-D Secure challenge. @returns undefined when the payment was not waiting for an answer. */
export function answerChallenge(work: Work, intentId: string, passed: boolean): PaymentOutcome | undefined {
  const intent = work.find('payment_intent', intentId)
  if (intent?.status !== 'requires_action') return undefined
  if (!passed) {
    failAuthentication(work, intent)
    const message =
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.'
    const code = 'payment_intent_authentication_failure'
    return { kind: 'declined', decline: { code, declineCode: code, message } }
  }
  const method = work.get('payment_method', idOf(intent.payment_method) ?? '')
  const outcome = payIntent(work, intent, method, { offSession: false, authenticated: true, returnUrl: null })
  const session = sessionOfIntent(work, intentId)
  if (session) settleSession(work, session, outcome, method)
  return outcome
}

function settleSession(
  work: Work,
  session: Stripe.Checkout.Session,
  outcome: PaymentOutcome,
  method: Stripe.PaymentMethod,
): void {
  if (outcome.kind !== 'succeeded' && outcome.kind !== 'processing') return
  const { name, email, address } = method.billing_details
  const { updatesCustomerAddress } = work.get('checkout_detail', session.id)
  Object.assign(session, {
    status: 'complete',
    payment_status: outcome.kind === 'succeeded' ? 'paid' : 'unpaid',
    url: null,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    automatic_tax: { ...session.automatic_tax, status: session.automatic_tax.enabled ? 'complete' : null },
    customer_details: {
      address,
      business_name: null,
      email: session.customer_details?.email ?? email,
      individual_name: null,
      name,
      phone: null,
      tax_exempt: session.customer_details?.tax_exempt ?? 'none',
      tax_ids: [],
    },
  } satisfies Partial<Stripe.Checkout.Session>)
  work.put('checkout_session', session)
  work.unschedule(session.id, ['expire_session'])
  const customerId = idOf(session.customer)
  if (updatesCustomerAddress && customerId !== null) {
    const customer = work.get('customer', customerId)
    work.put('customer', { ...customer, address })
    work.emit('customer.updated', { ...customer, address }, { address: customer.address })
  }
  invoiceSession(work, session)
  work.emit('checkout.session.completed', session)
}

function ensureCustomer(work: Work, session: Stripe.Checkout.Session, payer: Payer): void {
  const { paymentIntentData } = work.get('checkout_detail', session.id)
  const needed = session.customer_creation === 'always' || paymentIntentData.setup_future_usage !== undefined
  if (session.customer !== null || !needed) return
  const email = session.customer_email ?? payer.email ?? undefined
  const customer = newCustomer(work, { email, name: payer.name ?? undefined })
  work.put('customer', customer)
  work.emit('customer.created', customer)
  session.customer = customer.id
}

/** The PaymentIntent is made by the first attempt to pay, and serves every further one. */
function ensureIntent(work: Work, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const existing = idOf(session.payment_intent)
  if (existing !== null)
    return work.put('payment_intent', { ...work.get('payment_intent', existing), amount: session.amount_total ?? 0 })
  const { paymentIntentData: data } = work.get('checkout_detail', session.id)
  const intent = newPaymentIntent(work, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: idOf(session.customer),
    metadata: mergeMetadata(null, data.metadata),
    captureMethod: data.capture_method,
    description: data.description,
    receiptEmail: data.receipt_email,
    setupFutureUsage: data.setup_future_usage,
    statementDescriptor: data.statement_descriptor,
    statementDescriptorSuffix: data.statement_descriptor_suffix,
    transferGroup: data.transfer_group,
    automaticMethods: null,
    allowedMethods: session.allowed_payment_method_types,
  })
  session.payment_intent = intent.id
  return intent
}
