import type Stripe from 'stripe'
import { expireSession } from '#lib/local/stripe/flows/expire-session.ts'
import { newCheckoutSession, newLineItem } from '#lib/local/stripe/objects/checkout-session.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { checkoutSessionCreate, checkoutSessionList } from '#lib/local/stripe/params/checkout-sessions.ts'
import { type PageParams, page, retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { isCurrency, MAXIMUM_AMOUNT, MINIMUM_AMOUNTS } from '#lib/local/stripe/params/shared.ts'
import type { WireLineItem } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { badParameter, missingParameter, noSuch, refused } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { existingCustomer } from './customers.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

type Params = Stripe.Checkout.SessionCreateParams

const SHORTEST_S = 30 * 60
const LONGEST_S = 24 * 3600

export function existingSession(work: Work, id: string): Stripe.Checkout.Session {
  const session = work.find('checkout_session', id)
  if (!session) throw noSuch('checkout.session', id)
  return session
}

export function lineItemsOf(work: Work, sessionId: string, params: PageParams) {
  const { lineItems } = work.get('checkout_detail', sessionId)
  return listPage<WireLineItem>(lineItems, `/v1/checkout/sessions/${sessionId}/line_items`, params)
}

function createSession(work: Work, params: Params): Stripe.Checkout.Session {
  refuseContradictions(params)
  const customer = params.customer === undefined ? null : existingCustomer(work, params.customer)
  requireTaxLocation(params, customer)
  const lineItems = readLineItems(work, params.line_items ?? [])
  const currency = oneCurrency(lineItems, params.currency)
  const total = payableTotal(lineItems, currency)
  const expiresAt = expiry(work.now, params.expires_at)
  const session = newCheckoutSession(work, { params, customer, total, currency, expiresAt })
  work.put('checkout_session', session)
  work.put('checkout_detail', {
    id: session.id,
    lineItems,
    paymentIntentData: params.payment_intent_data ?? {},
    updatesCustomerAddress: params.customer_update?.address === 'auto',
  })
  work.schedule('expire_session', session.id, session.expires_at * 1000)
  return session
}

function refuseContradictions(params: Params): void {
  for (const other of ['customer_email', 'customer_creation'] as const) {
    if (params.customer === undefined || params[other] === undefined) continue
    throw badParameter(other, `You may only specify one of these parameters: customer, ${other}.`)
  }
  if (params.customer_update && params.customer === undefined) {
    throw badParameter('customer_update', '`customer_update` can only be used with `customer`.')
  }
}

/** Stripe Tax needs to know where the customer is. */
function requireTaxLocation(params: Params, customer: Stripe.Customer | null): void {
  if (!params.automatic_tax?.enabled || !customer || customer.address) return
  if (params.customer_update?.address === 'auto' || params.customer_update?.shipping === 'auto') return
  throw refused(
    'Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or ' +
      "set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save the address entered " +
      'in Checkout to the Customer.',
    'customer_tax_location_invalid',
    'automatic_tax',
  )
}

function readLineItems(work: Work, items: NonNullable<Params['line_items']>): WireLineItem[] {
  if (items.length === 0) throw missingParameter('line_items')
  return items.map((item, index) => {
    const param = `line_items[${index}]`
    const { price_data: price, quantity } = item
    if (!price) throw missingParameter(`${param}[price_data]`)
    if (!price.product_data) throw missingParameter(`${param}[price_data][product_data]`)
    if (price.unit_amount === undefined) throw missingParameter(`${param}[price_data][unit_amount]`)
    if (quantity === undefined) throw missingParameter(`${param}[quantity]`)
    return newLineItem(work, item, price, price.unit_amount)
  })
}

function oneCurrency(items: readonly WireLineItem[], asked: string | undefined): string {
  const [first, ...others] = new Set([...items.map((item) => item.currency), ...(asked ? [asked] : [])])
  if (first === undefined || others.length > 0) {
    throw badParameter('line_items', 'All line items must use the same currency as the Checkout Session.')
  }
  return first
}

function payableTotal(items: readonly WireLineItem[], currency: string): number {
  const total = items.reduce((sum, item) => sum + item.amount_total, 0)
  const minimum = isCurrency(currency) ? MINIMUM_AMOUNTS[currency] : 0
  if (total < minimum) {
    const message = `The Checkout Session's total amount due must add up to at least ${money(minimum, currency)}`
    throw refused(message, 'amount_too_small')
  }
  if (total > MAXIMUM_AMOUNT) {
    const message = `The Checkout Session's total amount due must be no more than ${money(MAXIMUM_AMOUNT, currency)}`
    throw refused(message, 'amount_too_large')
  }
  return total
}

function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  return `${format.format(amount / 100)} ${currency}`
}

function expiry(now: number, asked: number | undefined): number {
  if (asked === undefined) return now + LONGEST_S
  if (asked > now + LONGEST_S) {
    throw badParameter(
      'expires_at',
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    )
  }
  if (asked < now + SHORTEST_S) {
    throw badParameter(
      'expires_at',
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    )
  }
  return asked
}

export const checkoutSessionRoutes = [
  route({ method: 'POST', path: '/v1/checkout/sessions', params: checkoutSessionCreate, run: createSession }),
  route({
    method: 'GET',
    path: '/v1/checkout/sessions',
    params: checkoutSessionList,
    run(work, params) {
      const found = work
        .all('checkout_session')
        .filter((session) => createdWithin(session.created, params.created))
        .filter((session) => matches(params.customer, idOf(session.customer)))
        .filter((session) => matches(params.payment_intent, idOf(session.payment_intent)))
        .filter((session) => matches(params.status, session.status))
        .filter((session) => matches(params.customer_details?.email, session.customer_details?.email ?? null))
      return listPage(found, '/v1/checkout/sessions', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    params: retrieve,
    run: (work, _params, id) => existingSession(work, id),
  }),
  route({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    params: retrieve,
    run: (work, _params, id) => expireSession(work, existingSession(work, id)),
  }),
  route({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    params: page,
    run: (work, params, id) => lineItemsOf(work, existingSession(work, id).id, params),
  }),
]
