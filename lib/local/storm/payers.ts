import Stripe from 'stripe'
import { z } from 'zod'
import type { Stack } from '#lib/local/up.ts'
import { newVisitor, openCheckout, steerCheckout, type Visitor } from '#lib/local/visitor.ts'
import { openBooks, readRows } from './books.ts'
import { inLanes } from './patience.ts'
import type { Random } from './seeded-random.ts'

/** What becomes of a payment page: what the payer does there, then what happens to the payment. */
const FATES = {
  'paid by card': { page: [['pay', { card: '4242424242424242' }]] },
  'declined, then paid': { page: [['decline'], ['pay', { card: '5555555555554444' }]] },
  'bank debit arrives': { page: [['pay', { card: 'bank_success' }], ['complete_async']] },
  'bank debit comes back': { page: [['pay', { card: 'bank_failure' }], ['fail_async']] },
  'left to expire': { page: [['expire']] },
  'left open': { page: [] },
  'refunded in part': { page: [['pay', { card: '4242424242424242' }]], later: 'refund' },
  'disputed and lost': { page: [['pay', { card: '4242424242424242' }]], later: 'lose' },
  'disputed and won': { page: [['pay', { card: '4242424242424242' }]], later: 'win' },
} as const satisfies Record<string, { page: readonly (readonly [verb: string, body?: object])[]; later?: string }>

type Fate = keyof typeof FATES
/** Card payments are what mostly happens. */
const SPENDERS: readonly Fate[] = [
  ...(['paid by card', 'paid by card', 'paid by card', 'declined, then paid', 'bank debit arrives'] as const),
  ...(['bank debit comes back', 'left to expire', 'left open'] as const),
]
/** Those who start jobs do not lose what they need for them. */
const OTHERS: readonly Fate[] = [
  ...SPENDERS,
  'refunded in part',
  'refunded in part',
  'disputed and lost',
  'disputed and won',
]
const AMOUNTS_CENTS = [500, 1000, 1234, 2500, 5000, 50_000] as const
/** The app admits ten payment pages an hour from one user. */
const PAGES_EACH = 9
const AT_ONCE = 4

/** The vendor's SDK on the stand-in: what Stripe would answer about the payments. */
export function stripeOf(stack: Stack): Stripe {
  const { hostname, port } = new URL(stack.urls.stripe)
  const key = stack.env.STRIPE_SECRET_KEY ?? ''
  return new Stripe(key, { host: hostname, port: Number(port), protocol: 'http', telemetry: false })
}

/** Signs people in, each from an address of their own. */
export async function newPayers(stack: Stack, count: number): Promise<Visitor[]> {
  const payers: Visitor[] = []
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  await inLanes(numbers, AT_ONCE, async (number) => {
    payers.push(await newVisitor(stack.urls, `payer-${number}`, `10.7.${Math.floor(number / 250)}.${number % 250}`))
  })
  return payers
}

/** Every payer opens payment pages, which end in all the ways they can. The events of that are kept back at Stripe. */
export async function payInEveryWay(
  stack: Stack,
  stripe: Stripe,
  payers: readonly Visitor[],
  spenders: number,
  random: Random,
): Promise<string> {
  const pages = payers.flatMap((payer, number) =>
    Array.from({ length: PAGES_EACH }, () => ({
      payer,
      fate: random.pick(number < spenders ? SPENDERS : OTHERS),
      cents: random.pick(AMOUNTS_CENTS),
    })),
  )
  await inLanes(pages, AT_ONCE, async ({ payer, fate, cents }) => {
    const { sessionId } = await openCheckout(payer, cents)
    const { page, later }: { page: readonly (readonly [string, object?])[]; later?: string } = FATES[fate]
    for (const [verb, body] of page) await steerCheckout(stack.urls, sessionId, verb, body)
    if (later) await takeBack(stack, stripe, sessionId, later)
  })
  const counts = Map.groupBy(pages, ({ fate }) => fate)
  return [...counts].map(([fate, those]) => `${those.length} × ${fate}`).join(', ')
}

/** A refund that somebody makes in the Dashboard, or a chargeback with its end. */
async function takeBack(stack: Stack, stripe: Stripe, sessionId: string, how: string): Promise<void> {
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] })
  if (intent === null || typeof intent === 'string') throw new Error(`${sessionId} has no payment.`)
  const steer = async (path: string, body: object = {}) => {
    const reply = await fetch(`${stack.urls.stripe}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) })
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text}`)
    return z.looseObject({ id: z.string() }).parse(JSON.parse(text)).id
  }
  if (how === 'refund') await steer('dashboard-refund', { charge: intent.latest_charge, amount: 321 })
  else await steer(`disputes/${await steer('disputes', { payment_intent: intent.id })}/${how}`)
}

/** The row that an automatic top-up is paid under, one for each payer, and its payment with a saved card: it has no page. */
export async function payAutomatically(stack: Stack, stripe: Stripe, random: Random): Promise<void> {
  await stack.killWeb()
  const books = openBooks(stack.dir)
  const insert = books.prepare(
    `INSERT INTO top_ups (id, user_id, source, state, amount_cents, click_id, livemode, created_at_ms, updated_at_ms)
     VALUES (?, ?, 'auto', 'processing', ?, ?, 0, ?, ?)`,
  )
  for (const row of readRows(books, `SELECT id, stripe_customer_id FROM users WHERE email LIKE 'payer-%'`)) {
    const [userId, customer] = [String(row.id), String(row.stripe_customer_id)]
    const [topUpId, amount] = [`top_auto_${userId}`, random.pick(AMOUNTS_CENTS)]
    insert.run(topUpId, userId, amount, topUpId, Date.now(), Date.now())
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer })
    await stripe.paymentIntents.create({
      ...{ amount, currency: 'usd', customer, payment_method: id, confirm: true, off_session: true },
      metadata: { kind: 'auto', top_up_id: topUpId, user_id: userId },
    })
  }
  books.close()
  await stack.restartWeb()
}

/** Every event there is at Stripe, oldest first. */
export async function listEvents(stripe: Stripe): Promise<Stripe.Event[]> {
  const events: Stripe.Event[] = []
  for await (const event of stripe.events.list({ limit: 100 })) events.push(event)
  return events.reverse()
}
