import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stripeEvents, topUps, transfers } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import type { TopUpView } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type StripeServer, startStripe } from '#lib/local/stripe/server.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { createStripePayments } from '#lib/providers/payments/stripe.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { createTopUp } from './create-top-up.ts'
import { readTopUp } from './read-top-up.ts'
import { receiveStripeEvent } from './receive-stripe-event.ts'
import { reconcileTopUps } from './reconcile-top-ups.ts'
import { addUser, balancesOf, type TestClock, walletCtx } from './wallet-fixture.ts'

const SECRET_KEY = 'sk_test_wallet'
const WEBHOOK_SECRET = 'whsec_wallet'
const MINUTE_MS = 60_000

let t: TestDb
let stripe: StripeServer
let webhook: Server
let dataDir: string
let ctx: Ctx
const clock: TestClock = { nowMs: Date.now() }
const answers: number[] = []
/** Called before a delivery is handled; throwing is dying. */
let beforeHandling: () => void = () => {}

beforeAll(async () => {
  t = await openTestDb()
  webhook = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const rawBody = Buffer.concat(chunks).toString('utf8')
    const status = await deliver(rawBody, String(request.headers['stripe-signature']))
    answers.push(status)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve))
  dataDir = await mkdtemp(join(tmpdir(), 'wallet-stripe-'))
  stripe = await startStripe({
    port: 0,
    dataDir,
    secretKey: SECRET_KEY,
    webhookUrl: `http://localhost:${(webhook.address() as AddressInfo).port}/`,
    webhookSecret: WEBHOOK_SECRET,
    retryDelaysMs: Array.from({ length: 50 }, () => 100),
    asyncDelayMs: 3_600_000,
  })
  const config = { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, apiBase: stripe.url, livemode: false }
  ctx = walletCtx(t.db, { clock, payments: createStripePayments(config) })
})
afterEach(() => {
  stripe.control.clearDeliveryFaults()
  stripe.control.clearApiFaults()
  beforeHandling = () => {}
  clock.nowMs = Date.now()
})
afterAll(async () => {
  await stripe.close()
  webhook.close()
  await rm(dataDir, { recursive: true, force: true })
  await t.close()
})

async function deliver(rawBody: string, signature: string): Promise<number> {
  try {
    beforeHandling()
    const { state } = await receiveStripeEvent({ ctx, input: { rawBody, signature } })
    return state === 'failed' ? 500 : 200
  } catch (error) {
    return error instanceof AppError ? error.status : 500
  }
}

interface Opened {
  user: UserCtx
  topUp: TopUpView
  sessionId: string
}

async function open(amountCents = 1_000): Promise<Opened> {
  const user = await addUser(ctx)
  const topUp = await click(user, randomUUID(), amountCents)
  const [row] = await ctx.db.select().from(topUps).where(eq(topUps.id, topUp.top_up_id))
  if (!row?.checkoutSessionId) throw new Error('no Checkout was opened')
  return { user, topUp, sessionId: row.checkoutSessionId }
}

const click = (user: UserCtx, clickId: string, amountCents = 1_000) =>
  createTopUp({ ctx: user, input: { amount_cents: amountCents, click_id: clickId, address: null } })

const stateOf = async ({ user, topUp }: Opened) =>
  (await readTopUp({ ctx: user, input: { topUpId: topUp.top_up_id } })).state

const becomes = (opened: Opened, state: TopUpView['state']) =>
  expect.poll(() => stateOf(opened), { timeout: 30_000 }).toBe(state)

/** Waits until everything that Stripe has sent so far is answered with 2xx. */
async function allDelivered() {
  const open = () => stripe.control.state().deliveries.filter((delivery) => delivery.state === 'pending').length
  await expect.poll(open, { timeout: 30_000 }).toBe(0)
}

const available = async ({ user }: Opened) => (await balancesOf(user)).available

const eventsOf = async ({ sessionId }: Opened) => {
  const rows = await ctx.db.select().from(stripeEvents)
  return rows.filter((row) => row.payloadJson.includes(sessionId))
}

const booked = ({ topUp }: Opened) =>
  ctx.db.$count(transfers, and(eq(transfers.causeId, topUp.top_up_id), eq(transfers.kind, 'top_up')))

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`expected a coded refusal, got ${error}`)
  return error.code
}

describe('a top-up', () => {
  test('paid by card is credited by the webhook, not before', async () => {
    const opened = await open(2_500)
    expect(opened.topUp).toMatchObject({ state: 'open', amount_micros: 25_000_000 })
    expect(opened.topUp.checkout_url).toMatch(/^http/)
    stripe.control.setDeliveryFaults({ hold: true })
    stripe.control.pay(opened.sessionId)
    expect(await available(opened)).toBe(0)
    stripe.control.releaseDeliveries()
    await becomes(opened, 'credited')
    expect(await available(opened)).toBe(25_000_000)
  })

  test('declined first and paid with another card is credited once', async () => {
    const opened = await open()
    expect(stripe.control.decline(opened.sessionId).outcome).toBe('declined')
    expect(await stateOf(opened)).toBe('open')
    stripe.control.pay(opened.sessionId)
    await becomes(opened, 'credited')
    expect(await available(opened)).toBe(10_000_000)
  })

  test('by bank debit waits until the money has arrived', async () => {
    const opened = await open()
    stripe.control.pay(opened.sessionId, { card: 'bank_success' })
    await becomes(opened, 'processing')
    expect(await available(opened)).toBe(0)
    stripe.control.finishBankPayment(opened.sessionId, true)
    await becomes(opened, 'credited')
    expect(await available(opened)).toBe(10_000_000)
  })

  test('by a bank debit that comes back fails and credits nothing', async () => {
    const opened = await open()
    stripe.control.pay(opened.sessionId, { card: 'bank_failure' })
    await becomes(opened, 'processing')
    stripe.control.finishBankPayment(opened.sessionId, false)
    await becomes(opened, 'failed')
    expect(await available(opened)).toBe(0)
  })

  test('that nobody pays expires, and its page is no longer offered', async () => {
    const opened = await open()
    stripe.control.expire(opened.sessionId)
    await becomes(opened, 'expired')
    const view = await readTopUp({ ctx: opened.user, input: { topUpId: opened.topUp.top_up_id } })
    expect(view.checkout_url).toBeNull()
  })
})

describe('events', () => {
  test('delivered four times each, in parallel and shuffled, move the money once', async () => {
    const opened = await open()
    stripe.control.setDeliveryFaults({ duplicate: 3, shuffle: true, parallel: 8 })
    stripe.control.pay(opened.sessionId, { card: 'bank_success' })
    stripe.control.finishBankPayment(opened.sessionId, true)
    await becomes(opened, 'credited')
    await allDelivered()
    expect(await stateOf(opened)).toBe('credited')
    expect(await available(opened)).toBe(10_000_000)
    expect(await booked(opened)).toBe(1)
  })

  test('of which the last arrives first end the same way', async () => {
    const opened = await open()
    stripe.control.setDeliveryFaults({ hold: true })
    stripe.control.pay(opened.sessionId, { card: 'bank_success' })
    stripe.control.finishBankPayment(opened.sessionId, true)
    stripe.control.releaseDeliveries({ shuffle: true })
    await becomes(opened, 'credited')
    stripe.control.setDeliveryFaults({ hold: false })
    await allDelivered()
    expect(await booked(opened)).toBe(1)
    expect((await eventsOf(opened)).map((row) => row.state)).toEqual(['done', 'done'])
  })

  test('that we die on are sent again until they are handled', async () => {
    const opened = await open()
    let deaths = 0
    beforeHandling = () => {
      deaths += 1
      if (deaths <= 3) throw new Error('the server died')
    }
    stripe.control.pay(opened.sessionId)
    await becomes(opened, 'credited')
    expect(await available(opened)).toBe(10_000_000)
  })

  test('that never came are found by the reconciler, and their late arrival changes nothing', async () => {
    const opened = await open()
    stripe.control.setDeliveryFaults({ drop_types: ['checkout.session.completed'] })
    stripe.control.pay(opened.sessionId)
    clock.nowMs = Date.now() + MINUTE_MS
    await reconcileTopUps({ ctx })
    expect(await stateOf(opened)).toBe('credited')
    stripe.control.clearDeliveryFaults()
    const [event] = await eventsOf(opened)
    stripe.control.resendEvent(event?.id ?? '')
    await allDelivered()
    await reconcileTopUps({ ctx })
    expect(await available(opened)).toBe(10_000_000)
    expect(await booked(opened)).toBe(1)
  })

  test('stored by a server that died before handling them are handled by the reconciler', async () => {
    const opened = await open()
    stripe.control.pay(opened.sessionId)
    await becomes(opened, 'credited')
    const [event] = await eventsOf(opened)
    const id = event?.id ?? ''
    await ctx.db.update(stripeEvents).set({ state: 'received' }).where(eq(stripeEvents.id, id))
    clock.nowMs = Date.now() + MINUTE_MS
    expect((await reconcileTopUps({ ctx })).handled.done).toBeGreaterThanOrEqual(1)
    expect((await eventsOf(opened))[0]?.state).toBe('done')
    expect(await booked(opened)).toBe(1)
  })

  test.each([
    ['amount', { amountCents: 999 }],
    ['livemode', { livemode: true }],
  ])('whose %s is not what we asked for credit nothing, raise an alarm, and can be replayed', async (name, wrong) => {
    const opened = await open()
    const row = eq(topUps.id, opened.topUp.top_up_id)
    await ctx.db.update(topUps).set(wrong).where(row)
    stripe.control.pay(opened.sessionId)
    const failed = async () => (await eventsOf(opened)).find((event) => event.state === 'failed')?.error
    await expect.poll(failed, { timeout: 30_000 }).toContain(`${name} is`)
    expect(await available(opened)).toBe(0)
    const [event] = await eventsOf(opened)
    expect(await ctx.db.$count(alarms, eq(alarms.key, `stripe_event:${event?.id}`))).toBe(1)
    await allDelivered()
    await ctx.db.update(topUps).set({ amountCents: 1_000, livemode: false }).where(row)
    stripe.control.resendEvent(event?.id ?? '')
    await becomes(opened, 'credited')
    expect(await available(opened)).toBe(10_000_000)
  })

  test('of another product on the same Stripe account are ignored', async () => {
    const id = `evt_${randomUUID()}`
    const object = { id: 'cs_other', client_reference_id: null, metadata: {}, payment_status: 'paid', livemode: false }
    const data = { object: { ...object, payment_intent: 'pi_other', amount_total: 5, currency: 'usd' } }
    const event = { id, object: 'event', type: 'checkout.session.completed', created: 1, livemode: false, data }
    expect(await deliver(...(await signed(event)))).toBe(200)
    const [stored] = await ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, id))
    expect(stored?.state).toBe('ignored')
  })
})

async function signed(event: unknown, agoMs = 0): Promise<[string, string]> {
  const { default: Stripe } = await import('stripe')
  const payload = JSON.stringify(event)
  const timestamp = Math.floor((Date.now() - agoMs) / 1000)
  const options = { payload, secret: WEBHOOK_SECRET, timestamp }
  return [payload, await Stripe.webhooks.generateTestHeaderStringAsync(options)]
}

describe('a delivery that is not Stripe’s', () => {
  const event = { id: 'evt_forged', object: 'event', type: 'x', created: 1, livemode: false, data: { object: {} } }

  test.each([
    ['tampered with', async () => (await signed(event)).map((part) => part.replace('"x"', '"y"')) as [string, string]],
    ['signed six minutes ago', () => signed(event, 6 * MINUTE_MS)],
    ['signed with another secret', async () => [JSON.stringify(event), 't=1,v1=00'] as [string, string]],
    ['not signed', async () => [JSON.stringify(event), ''] as [string, string]],
  ])('%s is refused and not stored', async (_name, forge) => {
    const [rawBody, signature] = await forge()
    expect(await refusal(receiveStripeEvent({ ctx, input: { rawBody, signature } }))).toBe('forbidden')
    expect(await ctx.db.$count(stripeEvents, eq(stripeEvents.id, 'evt_forged'))).toBe(0)
  })
})

describe('clicking', () => {
  const sessionsOf = (user: UserCtx) =>
    stripe.control.state().sessions.filter((session) => session.client_reference_id === user.userId)

  test('twice at once opens one Checkout for one customer', async () => {
    const user = await addUser(ctx)
    const clickId = randomUUID()
    const [one, two] = await Promise.all([click(user, clickId), click(user, clickId)])
    expect(one).toEqual(two)
    expect(sessionsOf(user)).toHaveLength(1)
  })

  test('again later reuses the customer', async () => {
    const user = await addUser(ctx)
    await click(user, randomUUID())
    await click(user, randomUUID())
    const customers = sessionsOf(user).map((session) => session.customer)
    expect(customers).toHaveLength(2)
    expect(new Set(customers).size).toBe(1)
  })

  test('again after Stripe’s answer was lost finds the Checkout that was made', async () => {
    const user = await addUser(ctx)
    const clickId = randomUUID()
    stripe.control.addApiFault({
      match: { method: 'POST', path: '/v1/checkout/sessions' },
      action: 'drop_response',
      status: 500,
      delay_ms: 0,
      times: 3,
    })
    expect(await refusal(click(user, clickId))).toBe('payment_provider')
    expect((await click(user, clickId)).checkout_url).toMatch(/^http/)
    expect(sessionsOf(user)).toHaveLength(1)
  })

  test('the same click for another amount is refused', async () => {
    const user = await addUser(ctx)
    const clickId = randomUUID()
    await click(user, clickId, 1_000)
    expect(await refusal(click(user, clickId, 2_000))).toBe('invalid_request')
  })

  test('more than ten times an hour is refused, but a click that was taken stays good', async () => {
    const user = await addUser(ctx)
    const first = randomUUID()
    await click(user, first)
    for (let clicks = 1; clicks < 10; clicks++) await click(user, randomUUID())
    expect(await refusal(click(user, randomUUID()))).toBe('rate_limited')
    expect((await click(user, first)).state).toBe('open')
  })
})

test('a top-up whose page is long gone is closed, and credited all the same should its money arrive', async () => {
  const opened = await open()
  const longAgoMs = Date.now() - 27 * 60 * MINUTE_MS
  await ctx.db.update(topUps).set({ createdAtMs: longAgoMs }).where(eq(topUps.userId, opened.user.userId))
  expect((await reconcileTopUps({ ctx })).expired).toBe(1)
  expect(await stateOf(opened)).toBe('expired')
  stripe.control.pay(opened.sessionId)
  await becomes(opened, 'credited')
  expect(await available(opened)).toBe(10_000_000)
})
