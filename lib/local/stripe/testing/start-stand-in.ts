import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { onTestFinished } from 'vitest'
import { type StripeOptions, startStripe } from '#lib/local/stripe/server.ts'
import { WEBHOOK_SECRET, type WebhookReceiver, webhookReceiver } from './webhook-receiver.ts'

export const SECRET_KEY = 'sk_test_localstandin00000001'

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'stripe-stand-in-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** The vendor's SDK, pointed at a local server the way the application points it. */
export function sdk(url: string, config: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(SECRET_KEY, { host: hostname, port: Number(port), protocol: 'http', telemetry: false, ...config })
}

/** A running stand-in, the SDK as its client and a verified webhook endpoint; closed when the test ends. */
export async function startStandIn(options: Partial<StripeOptions> & { receiver?: WebhookReceiver } = {}) {
  const { receiver = await webhookReceiver(), ...rest } = options
  const dataDir = rest.dataDir ?? (await temporaryFolder())
  const settings: StripeOptions = {
    port: 0,
    secretKey: SECRET_KEY,
    webhookUrl: receiver.url,
    webhookSecret: WEBHOOK_SECRET,
    retryDelaysMs: [10, 10, 10],
    asyncDelayMs: 30,
    ...rest,
    dataDir,
  }
  const server = await startStripe(settings)
  let open = true
  const close = async () => {
    if (open) await server.close()
    open = false
  }
  onTestFinished(close)
  return { ...server, close, settings, receiver, stripe: sdk(server.url) }
}

export type StandIn = Awaited<ReturnType<typeof startStandIn>>

export const SUCCESS_URL = 'http://localhost:9/wallet?session_id={CHECKOUT_SESSION_ID}'
export const CANCEL_URL = 'http://localhost:9/wallet?canceled=1'

/** A top-up as the application asks for it. */
export function topUp(amount = 1000, more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'ReelBallers credits' } },
      },
    ],
    success_url: SUCCESS_URL,
    cancel_url: CANCEL_URL,
    client_reference_id: 'user_1',
    metadata: { top_up_id: 'tu_1' },
    payment_intent_data: { metadata: { kind: 'top_up', top_up_id: 'tu_1' } },
    ...more,
  } satisfies Stripe.Checkout.SessionCreateParams
}

/** A succeeded card payment, posted to the balance. */
export async function paidTopUp(standIn: StandIn, amount = 1000, card = '4242424242424242') {
  const { stripe, control, receiver } = standIn
  const { id } = await stripe.checkout.sessions.create(topUp(amount))
  control.pay(id, { card })
  const { payment_intent } = await stripe.checkout.sessions.retrieve(id)
  await receiver.until((receipts) =>
    receipts.some(
      ({ event }) => event.type === 'charge.updated' && event.data.object.payment_intent === payment_intent,
    ),
  )
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] })
  const intent = session.payment_intent
  if (intent === null || typeof intent === 'string') throw new Error('not expanded')
  const charge = intent.latest_charge
  if (charge === null || typeof charge === 'string') throw new Error('not expanded')
  return { session, intent, charge }
}

/** The types that arrived after the first `count` events. */
export function typesSince(receiver: WebhookReceiver, count: number): string[] {
  return receiver.types().slice(count)
}
