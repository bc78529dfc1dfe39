import Stripe from 'stripe'
import type { Stack } from '#lib/local/up.ts'
import { newVisitor, openCheckout, steerCheckout, type Visitor } from '#lib/local/visitor.ts'
import { openBooks, readRows } from './books.ts'
import { inLanes } from './patience.ts'
import type { Random } from './seeded-random.ts'

/** What becomes of a payment page. */
const FATES = {
  'paid by card': [['pay', { card: '4242424242424242' }]],
  'declined, then paid': [['decline'], ['pay', { card: '5555555555554444' }]],
  'bank debit arrives': [['pay', { card: 'bank_success' }], ['complete_async']],
  'bank debit comes back': [['pay', { card: 'bank_failure' }], ['fail_async']],
  'left to expire': [['expire']],
  'left open': [],
} as const satisfies Record<string, readonly (readonly [verb: string, body?: object])[]>

const FATE_NAMES = Object.keys(FATES) as (keyof typeof FATES)[]
/** Card payments are what mostly happens. */
const CHOICES = [...FATE_NAMES, 'paid by card', 'paid by card', 'paid by card', 'bank debit arrives'] as const
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
export async function payInEveryWay(stack: Stack, payers: readonly Visitor[], random: Random): Promise<string[]> {
  const pages = payers.flatMap((payer) =>
    Array.from({ length: PAGES_EACH }, () => ({
      payer,
      fate: random.pick(CHOICES),
      cents: random.pick(AMOUNTS_CENTS),
    })),
  )
  await inLanes(pages, AT_ONCE, async ({ payer, fate, cents }) => {
    const { sessionId } = await openCheckout(payer, cents)
    for (const [verb, body] of FATES[fate] as readonly (readonly [string, object?])[]) {
      await steerCheckout(stack.urls, sessionId, verb, body)
    }
  })
  return FATE_NAMES.map((fate) => `${pages.filter((page) => page.fate === fate).length} × ${fate}`)
}

/** The rows that automatic top-ups are paid under, and their payments with saved cards: they have no page. */
export async function payAutomatically(stack: Stack, stripe: Stripe, random: Random, count: number): Promise<void> {
  await stack.killWeb()
  const books = openBooks(stack.dir)
  const users = readRows(books, `SELECT id, stripe_customer_id FROM users WHERE email LIKE 'payer-%'`)
  const insert = books.prepare(
    `INSERT INTO top_ups (id, user_id, source, state, amount_cents, click_id, livemode, created_at_ms, updated_at_ms)
     VALUES (?, ?, 'auto', 'created', ?, ?, 0, ?, ?)`,
  )
  for (let n = 0; n < count; n++) {
    const { id: userId, stripe_customer_id: customer } = random.pick(users)
    const [topUpId, amount] = [`top_auto_${n}`, random.pick(AMOUNTS_CENTS)]
    insert.run(topUpId, userId ?? null, amount, topUpId, Date.now(), Date.now())
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(customer) })
    await stripe.paymentIntents.create({
      ...{ amount, currency: 'usd', customer: String(customer), payment_method: id, confirm: true, off_session: true },
      metadata: { kind: 'auto', top_up_id: topUpId, user_id: String(userId) },
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

/** What Stripe says was paid, in cents by top-up, whichever way. */
export async function listPaid(stripe: Stripe): Promise<Map<string, number>> {
  const paid = new Map<string, number>()
  for await (const session of stripe.checkout.sessions.list({ limit: 100 })) {
    const topUpId = session.metadata?.top_up_id
    if (topUpId && session.payment_status === 'paid') paid.set(topUpId, session.amount_total ?? 0)
  }
  for await (const intent of stripe.paymentIntents.list({ limit: 100 })) {
    const topUpId = intent.metadata.top_up_id
    if (topUpId && intent.metadata.kind === 'auto' && intent.status === 'succeeded')
      paid.set(topUpId, intent.amount_received)
  }
  return paid
}
