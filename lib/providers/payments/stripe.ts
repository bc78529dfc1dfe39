import Stripe from 'stripe'
import { AppError } from '#lib/contracts/errors.ts'
import type { PaymentEvent, Payments } from './port.ts'
import { stripeSavedCards } from './saved-cards.ts'
import { answer, unreachable } from './stripe-answer.ts'
import { stripeBalance } from './stripe-balance.ts'
import { stripeRefunds } from './stripe-refunds.ts'

export interface StripeConfig {
  secretKey: string
  /** `whsec_…` of the one endpoint these events come from. */
  webhookSecret: string
  /** Default: `https://api.stripe.com`. */
  apiBase?: string
  livemode: boolean
  /** Stripe Tax adds what is due to each payment. */
  tax?: boolean
  /** Stripe makes an invoice for each payment. */
  invoices?: boolean
}

const TIMEOUT_MS = 20_000
/** A lost answer is asked for again under the same idempotency key, so that repeating is harmless. */
const NETWORK_RETRIES = 2
/** How old a signature may be. 0 would accept any age. */
const SIGNATURE_TOLERANCE_S = 300
/** One page of events is 100; a window of the reconciler never comes near this. */
const MOST_EVENTS = 10_000

/** Stripe through its own SDK, on fetch and WebCrypto so that it runs at the edge (https://docs.stripe.com/api). */
export function createStripePayments(config: StripeConfig): Payments {
  const stripe = new Stripe(config.secretKey, {
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: NETWORK_RETRIES,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...hostOf(config.apiBase ?? 'https://api.stripe.com'),
  })
  return {
    ...stripeSavedCards(stripe),
    livemode: config.livemode,
    async createCustomer({ userId, email, idempotencyKey }) {
      const params = { email, metadata: { user_id: userId } }
      const customer = await answer(stripe.customers.create(params, { idempotencyKey }))
      return { customerId: customer.id }
    },
    async createCheckout(input) {
      const { idempotencyKey } = input
      const session = await answer(stripe.checkout.sessions.create(checkoutParams(input, config), { idempotencyKey }))
      return { id: session.id, url: session.url }
    },
    verifyEvent: (rawBody, header) => verifyEvent(stripe, config.webhookSecret, rawBody, header),
    async listEvents({ types, sinceMs, untilMs }) {
      const created = { gte: Math.floor(sinceMs / 1000), lt: Math.floor(untilMs / 1000) }
      const list = stripe.events.list({ types: [...types], created, limit: 100 })
      const events = await answer(list.autoPagingToArray({ limit: MOST_EVENTS }))
      if (events.length === MOST_EVENTS) throw unreachable(new Error('More events than one window can hold'))
      return events.map(toPaymentEvent).reverse()
    },
    ...stripeRefunds(stripe),
    ...stripeBalance(stripe),
  }
}

function checkoutParams(
  input: Parameters<Payments['createCheckout']>[0],
  { tax, invoices }: StripeConfig,
): Stripe.Checkout.SessionCreateParams {
  const metadata = { kind: 'top_up', top_up_id: input.topUpId, user_id: input.userId }
  return {
    mode: 'payment',
    customer: input.customerId,
    client_reference_id: input.userId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: input.amountCents,
          ...(tax && { tax_behavior: 'exclusive' as const }),
          product_data: { name: 'ReelBallers credits', description: 'One credit is one US cent of GPU time.' },
        },
      },
    ],
    metadata,
    payment_intent_data: { metadata, ...(input.saveCard && { setup_future_usage: 'off_session' }) },
    submit_type: 'pay',
    // Tax is by address; the one entered is kept, so that the next payment knows it.
    ...(tax && { automatic_tax: { enabled: true }, customer_update: { address: 'auto' as const } }),
    ...(invoices && { invoice_creation: { enabled: true, invoice_data: { metadata } } }),
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
    expires_at: Math.floor(input.expiresAtMs / 1000),
  }
}

async function verifyEvent(stripe: Stripe, secret: string, rawBody: string, header: string): Promise<PaymentEvent> {
  const crypto = Stripe.createSubtleCryptoProvider()
  try {
    const event = await stripe.webhooks.constructEventAsync(rawBody, header, secret, SIGNATURE_TOLERANCE_S, crypto)
    return toPaymentEvent(event)
  } catch (cause) {
    throw new AppError('forbidden', 'This event is not signed by Stripe, or was signed too long ago.', { cause })
  }
}

function toPaymentEvent(event: Stripe.Event): PaymentEvent {
  const { id, type, livemode } = event
  return { id, type, livemode, createdMs: event.created * 1000, data: event.data.object }
}

function hostOf(apiBase: string): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  const { protocol, hostname, port } = new URL(apiBase)
  const scheme = protocol === 'http:' ? 'http' : 'https'
  return { host: hostname, port: port || (scheme === 'http' ? '80' : '443'), protocol: scheme }
}
