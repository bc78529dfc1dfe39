import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { ledgerAccounts, refunds, stripeEvents } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { openStripeWorld, type StripeWorld } from '#lib/local/test-stripe.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { checkBooks } from './check-books.ts'
import { readRefunds } from './read-refunds.ts'
import { reconcileRefunds } from './reconcile-refunds.ts'
import { reconcileStripeBalance } from './reconcile-stripe-balance.ts'
import { reconcileTopUps } from './reconcile-top-ups.ts'
import { requestRefund } from './request-refund.ts'
import { sendRefund } from './send-refund.ts'
import { settleRefund } from './settle-refund.ts'
import { addJob, balancesOf } from './wallet-fixture.ts'

const MINUTE_MS = 60_000
const REFUND_EVENTS = ['refund.created', 'refund.updated', 'charge.refund.updated', 'charge.refunded']

let world: StripeWorld
beforeAll(async () => {
  world = await openStripeWorld()
})
afterEach(() => {
  world.stripe.control.clearDeliveryFaults()
  world.stripe.control.clearApiFaults()
  world.clock.aheadMs = 0
})
afterAll(() => world.close())

const ask = (user: UserCtx, cents: number, clickId: string = randomUUID()) =>
  requestRefund({ ctx: user, input: { amount_cents: cents, click_id: clickId } })

const refundsOf = (user: UserCtx) => world.ctx.db.select().from(refunds).where(eq(refunds.userId, user.userId))

const stripeRefundsOf = (paymentIntentId: string) => world.ctx.payments.listRefunds({ paymentIntentId })

const pendingMicros = async () =>
  (await world.ctx.db.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, 'system:refund_pending')))[0]
    ?.balanceMicros

/** Stripe does the work and its answer is lost, as often as the SDK asks. */
const loseAnswers = (path: string) =>
  world.stripe.control.addApiFault({
    match: { method: 'POST', path },
    action: 'drop_response',
    status: 500,
    delay_ms: 0,
    times: 3,
  })

/** Stripe is down, as often as the SDK asks. */
const failCalls = (path: string, times = 3) =>
  world.stripe.control.addApiFault({
    match: { method: 'POST', path },
    action: 'status',
    status: 500,
    delay_ms: 0,
    times,
  })

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`expected a coded refusal, got ${error}`)
  return error.code
}

describe('a refund that its owner asks for', () => {
  test('leaves the balance, reaches Stripe once, and succeeds', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 2_000 })
    await ask(user, 1_500)
    await world.allDelivered()
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded', amountMicros: 15_000_000, origin: 'user' }])
    expect(await balancesOf(user)).toMatchObject({ available: 5_000_000, receivable: 0 })
    expect(await stripeRefundsOf(paymentIntentId)).toHaveLength(1)
  })

  test('clicked twice at once, and again later, is one refund', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 2_000 })
    const clickId = randomUUID()
    const [one, two] = await Promise.all([ask(user, 700, clickId), ask(user, 700, clickId)])
    expect(one).toEqual(two)
    expect(await ask(user, 700, clickId)).toEqual(one)
    expect(await balancesOf(user)).toMatchObject({ available: 13_000_000 })
    expect(await stripeRefundsOf(paymentIntentId)).toHaveLength(1)
  })

  test('goes to the newest payments first, each to its end, and never gives promotional credit', async () => {
    const first = await world.pay({ cents: 1_000 })
    const { user } = first
    const second = await world.pay({ cents: 500, user })
    expect((await readRefunds({ ctx: user })).destinations.map((one) => one.top_up_id)).toEqual([
      second.topUpId,
      first.topUpId,
    ])
    await ask(user, 800)
    const byTopUp = (await refundsOf(user)).map((row) => [row.topUpId, row.amountMicros])
    expect(byTopUp).toEqual(
      expect.arrayContaining([
        [second.topUpId, 5_000_000],
        [first.topUpId, 3_000_000],
      ]),
    )
    expect((await readRefunds({ ctx: user })).refundable_micros).toBe(7_000_000)
  })

  test('of more than is unused is refused, whatever was paid', async () => {
    const { user } = await world.pay({ cents: 1_000 })
    await addJob(user, 6_000_000)
    expect(await refusal(ask(user, 401))).toBe('refund_too_large')
    expect(await refundsOf(user)).toEqual([])
    await ask(user, 400)
    expect(await balancesOf(user)).toMatchObject({ available: 0, held: 6_000_000 })
  })

  test('five at once for more than there is: what is given is what there was', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 1_000 })
    const ends = await Promise.allSettled(Array.from({ length: 5 }, () => ask(user, 300)))
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(3)
    expect(await balancesOf(user)).toMatchObject({ available: 1_000_000, receivable: 0 })
    expect(await stripeRefundsOf(paymentIntentId)).toHaveLength(3)
  })

  test('is refused while a payment is disputed, also when the wallet freezes in between', async () => {
    const { user } = await world.pay({ cents: 1_000 })
    await world.ctx.db.update(users).set({ frozenAtMs: 1 }).where(eq(users.id, user.userId))
    expect(await refusal(ask(user, 100))).toBe('wallet_frozen')
    expect((await readRefunds({ ctx: user })).refundable_micros).toBe(0)
    await world.ctx.db.update(users).set({ frozenAtMs: null }).where(eq(users.id, user.userId))
  })

  test('whose answer was lost is found at Stripe, not made again', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 1_000 })
    world.stripe.control.setDeliveryFaults({ drop_types: REFUND_EVENTS })
    loseAnswers('/v1/refunds')
    await ask(user, 600)
    expect(await refundsOf(user)).toMatchObject([{ state: 'requested' }])
    expect(await balancesOf(user)).toMatchObject({ available: 4_000_000 })
    world.clock.aheadMs = 2 * MINUTE_MS
    expect(await reconcileRefunds({ ctx: world.ctx })).toMatchObject({ sent: 1 })
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded' }])
    expect(await stripeRefundsOf(paymentIntentId)).toHaveLength(1)
  })

  test('that never reached Stripe is sent by the reconciler, and tells an operator after an hour', async () => {
    const { user } = await world.pay({ cents: 1_000 })
    failCalls('/v1/refunds', 9)
    const { refundIds } = await ask(user, 600)
    world.clock.aheadMs = 2 * MINUTE_MS
    expect(await reconcileRefunds({ ctx: world.ctx })).toMatchObject({ waiting: 1 })
    const alarm = eq(alarms.key, `refund_unsent:${refundIds[0]}`)
    expect(await world.ctx.db.$count(alarms, alarm)).toBe(0)
    world.clock.aheadMs = 62 * MINUTE_MS
    await reconcileRefunds({ ctx: world.ctx })
    expect(await world.ctx.db.$count(alarms, alarm)).toBe(1)
    world.stripe.control.clearApiFaults()
    world.clock.aheadMs = 64 * MINUTE_MS
    await reconcileRefunds({ ctx: world.ctx })
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded' }])
    expect((await world.ctx.db.select().from(alarms).where(alarm))[0]?.resolvedAtMs).not.toBeNull()
  })

  test('sent by two at once is one refund', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 1_000 })
    failCalls('/v1/refunds')
    const { refundIds } = await ask(user, 600)
    const input = { refundId: refundIds[0] ?? '' }
    await Promise.allSettled([1, 2, 3].map(() => sendRefund({ ctx: world.ctx, input })))
    await sendRefund({ ctx: world.ctx, input })
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded' }])
    expect(await stripeRefundsOf(paymentIntentId)).toHaveLength(1)
  })

  test('that Stripe refuses, because all went back in the Dashboard meanwhile, returns to the user', async () => {
    const { user, chargeId } = await world.pay({ cents: 1_000 })
    failCalls('/v1/refunds')
    await ask(user, 1_000)
    world.stripe.control.refundInDashboard({ charge: chargeId })
    // Its event finds the payment filled by ours and waits, until Stripe has said no to ours.
    world.clock.aheadMs = 2 * MINUTE_MS
    await reconcileRefunds({ ctx: world.ctx })
    await world.allDelivered()
    expect((await refundsOf(user)).map((row) => [row.origin, row.state])).toEqual([
      ['user', 'refused'],
      ['stripe', 'succeeded'],
    ])
    expect(await balancesOf(user)).toMatchObject({ available: 0, receivable: 0 })
  })

  test('pending for days and then succeeded moves no more money', async () => {
    const { user } = await world.pay({ cents: 1_000, card: '4000000000007726' })
    await ask(user, 1_000)
    expect(await refundsOf(user)).toMatchObject([{ state: 'pending' }])
    const [refund] = await refundsOf(user)
    const known = { id: refund?.stripeRefundId ?? '', amountCents: 1_000, currency: 'usd', paymentIntentId: null }
    const words = ['succeeded', 'pending', 'succeeded']
    for (const status of words) {
      await settleRefund({ ctx: world.ctx, input: { ...known, status, refundId: null, failureReason: null } })
    }
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded' }])
    expect(await balancesOf(user)).toMatchObject({ available: 0 })
  })

  test('sent back by the bank after it succeeded returns to the user, the debt first', async () => {
    const { user } = await world.pay({ cents: 1_000 })
    const other = await world.pay({ cents: 500, user })
    await ask(user, 500)
    await world.allDelivered()
    await addJob(user, 8_000_000)
    const first = (await refundsOf(user)).find((row) => row.topUpId === other.topUpId)
    world.stripe.control.refundInDashboard({ charge: (await world.pay({ cents: 500, user })).chargeId, amount: 500 })
    await world.allDelivered()
    expect(await balancesOf(user)).toMatchObject({ available: 2_000_000, receivable: 0 })
    await addJob(user, 2_000_000)
    world.stripe.control.failRefund(first?.stripeRefundId ?? '')
    await world.allDelivered()
    const after = (await refundsOf(user)).find((row) => row.id === first?.id)
    expect(after).toMatchObject({ state: 'failed', failureCode: 'expired_or_canceled_card' })
    expect(await balancesOf(user)).toMatchObject({ available: 5_000_000, receivable: 0 })
  })
})

describe('a refund made in the Dashboard', () => {
  test('beyond the balance leaves a debt, and what the job releases pays it', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 7_000_000)
    world.stripe.control.refundInDashboard({ charge: paid.chargeId })
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, held: 7_000_000, receivable: -7_000_000 })
    expect(await refundsOf(paid.user)).toMatchObject([{ state: 'succeeded', origin: 'stripe' }])
    await world.pay({ cents: 800, user: paid.user })
    expect(await balancesOf(paid.user)).toMatchObject({ available: 1_000_000, receivable: 0 })
  })

  test('in parts, together with ours, tripled and shuffled, is booked to the cent', async () => {
    const { user, chargeId } = await world.pay({ cents: 3_000 })
    world.stripe.control.setDeliveryFaults({ hold: true, duplicate: 2, shuffle: true, parallel: 6 })
    world.stripe.control.refundInDashboard({ charge: chargeId, amount: 400 })
    await ask(user, 700)
    world.stripe.control.refundInDashboard({ charge: chargeId, amount: 250 })
    await ask(user, 300)
    world.stripe.control.releaseDeliveries({ shuffle: true })
    world.stripe.control.setDeliveryFaults({ hold: false })
    await world.allDelivered()
    expect(await balancesOf(user)).toMatchObject({ available: 13_500_000, receivable: 0 })
    expect((await refundsOf(user)).map((row) => row.amountMicros).sort()).toEqual([
      2_500_000, 3_000_000, 4_000_000, 7_000_000,
    ])
  })

  test('of which only charge.refunded comes is booked all the same, and its older news change nothing', async () => {
    const { user, chargeId } = await world.pay({ cents: 1_000 })
    world.stripe.control.setDeliveryFaults({
      drop_types: ['refund.created', 'refund.updated', 'charge.refund.updated'],
    })
    world.stripe.control.refundInDashboard({ charge: chargeId, amount: 100 })
    world.stripe.control.refundInDashboard({ charge: chargeId, amount: 200 })
    await world.allDelivered()
    expect(await balancesOf(user)).toMatchObject({ available: 7_000_000 })
    const events = await world.ctx.db.select().from(stripeEvents).where(eq(stripeEvents.type, 'charge.refunded'))
    for (const { id } of events) world.stripe.control.resendEvent(id)
    await world.allDelivered()
    expect(await balancesOf(user)).toMatchObject({ available: 7_000_000 })
  })

  test('and none of whose events comes is found by the reconciler', async () => {
    const { user, chargeId } = await world.pay({ cents: 1_000 })
    await reconcileTopUps({ ctx: world.ctx })
    world.stripe.control.setDeliveryFaults({ drop_types: REFUND_EVENTS })
    world.stripe.control.refundInDashboard({ charge: chargeId })
    world.clock.aheadMs = 2 * MINUTE_MS
    await reconcileTopUps({ ctx: world.ctx })
    expect(await balancesOf(user)).toMatchObject({ available: 0 })
  })

  test('that has failed before we hear of it is noted without money, and its older news move none', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 1_000 })
    const input = {
      id: `re_${randomUUID()}`,
      amountCents: 300,
      currency: 'usd',
      paymentIntentId,
      refundId: null,
      failureReason: 'lost_or_stolen_card',
    }
    for (const status of ['failed', 'succeeded', 'pending'])
      await settleRefund({ ctx: world.ctx, input: { ...input, status } })
    expect(await refundsOf(user)).toMatchObject([{ state: 'failed' }])
    expect(await balancesOf(user)).toMatchObject({ available: 10_000_000 })
  })

  test('of another product’s payment is none of ours', async () => {
    const input = { id: 're_other', status: 'succeeded', amountCents: 5, currency: 'usd', paymentIntentId: 'pi_other' }
    const other = { ...input, refundId: null, failureReason: null }
    expect(await settleRefund({ ctx: world.ctx, input: other })).toBe('ignored')
  })
})

test('in the end every event is handled, nothing is left in between, and Stripe holds what the books say', async () => {
  await world.allDelivered()
  const open = inArray(stripeEvents.state, ['failed', 'received'])
  expect(await world.ctx.db.select({ type: stripeEvents.type }).from(stripeEvents).where(open)).toEqual([])
  await reconcileStripeBalance({ ctx: world.ctx })
  expect(await reconcileStripeBalance({ ctx: world.ctx })).toMatchObject({ driftMicros: 0 })
  expect(await pendingMicros()).toBe(0)
  expect((await checkBooks({ ctx: world.ctx })).drifts).toEqual([])
})
