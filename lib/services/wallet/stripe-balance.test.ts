import { and, eq, like } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ledgerAccounts, stripeBalanceEntries } from '#db/schema/ledger.ts'
import { alarms, cursors } from '#db/schema/operations.ts'
import type { SystemAccount } from '#lib/core/ledger/accounts.ts'
import { openStripeWorld, type StripeWorld } from '#lib/local/test-stripe.ts'
import { reconcileStripeBalance } from './reconcile-stripe-balance.ts'
import { reconcileTopUps } from './reconcile-top-ups.ts'
import { requestRefund } from './request-refund.ts'

let world: StripeWorld
beforeAll(async () => {
  world = await openStripeWorld()
})
afterEach(() => {
  world.stripe.control.clearDeliveryFaults()
  world.clock.aheadMs = 0
})
afterAll(() => world.close())

const cents = async (account: SystemAccount) => {
  const [row] = await world.ctx.db
    .select()
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, `system:${account}`))
  return (row?.balanceMicros ?? 0) / 10_000
}
const inStripe = () => world.ctx.payments.readBalanceCents()
const openAlarms = () =>
  world.ctx.db
    .select()
    .from(alarms)
    .where(and(eq(alarms.kind, 'stripe_balance'), like(alarms.key, 'stripe_balance:%')))

/** Runs until Stripe's list is read to its end. */
async function read() {
  const report = await reconcileStripeBalance({ ctx: world.ctx })
  expect(report.driftMicros).not.toBeNull()
  return report
}

test('fees, refunds, payouts and chargebacks are all in the books, and stripe_clearing is what Stripe holds', async () => {
  const paid = await world.pay({ cents: 2_000 })
  const other = await world.pay({ cents: 5_000 })
  await requestRefund({
    ctx: paid.user,
    input: { amount_cents: 700, click_id: '00000000-0000-4000-8000-000000000001' },
  })
  const dispute = world.stripe.control.openDispute({ payment_intent: other.paymentIntentId })
  world.stripe.control.advanceDispute(dispute.id, 'withdraw')
  const payout = world.stripe.control.payOut(300)
  world.stripe.control.chargeFee(12)
  await world.allDelivered()
  expect(await cents('refund_pending')).toBe(700)

  expect(await read()).toMatchObject({ driftMicros: 0 })
  expect(await cents('stripe_clearing')).toBe(-(await inStripe()))
  expect(await cents('refund_pending')).toBe(0)
  expect(await cents('bank')).toBe(-300)
  // 2.9 % + 30 ¢ of both payments, $15 for the chargeback, and 12 ¢.
  expect(await cents('stripe_fees')).toBe(-(88 + 175 + 1_500 + 12))

  world.stripe.control.advanceDispute(dispute.id, 'win')
  world.stripe.control.failPayout(payout.id)
  await world.allDelivered()
  expect(await read()).toMatchObject({ driftMicros: 0 })
  expect(await cents('bank')).toBe(0)
  expect(await cents('stripe_clearing')).toBe(-(await inStripe()))
})

test('a refund that the bank sends back returns to the balance and to the user', async () => {
  const { user } = await world.pay({ cents: 1_000, card: '4000000000005126' })
  await requestRefund({ ctx: user, input: { amount_cents: 1_000, click_id: '00000000-0000-4000-8000-000000000002' } })
  await read()
  const [refund] = await world.ctx.db.query.refunds.findMany({ where: (t, { eq }) => eq(t.userId, user.userId) })
  world.stripe.control.failRefund(refund?.stripeRefundId ?? '')
  await world.allDelivered()
  expect(await cents('refund_pending')).toBe(-1_000)
  expect(await read()).toMatchObject({ driftMicros: 0 })
  expect(await cents('refund_pending')).toBe(0)
})

test('read again, from the start or twice at once, books nothing again', async () => {
  await world.pay({ cents: 1_000 })
  await Promise.all([reconcileStripeBalance({ ctx: world.ctx }), reconcileStripeBalance({ ctx: world.ctx })])
  const before = await cents('stripe_clearing')
  await world.ctx.db.delete(cursors)
  expect(await read()).toMatchObject({ booked: 0, driftMicros: 0 })
  expect(await cents('stripe_clearing')).toBe(before)
})

test('a payment whose event is still to come is no drift, and is matched when it came', async () => {
  world.stripe.control.setDeliveryFaults({ drop_types: ['checkout.session.completed'] })
  const paying = world.pay({ cents: 1_000 })
  const unmatched = () => world.ctx.db.$count(stripeBalanceEntries, eq(stripeBalanceEntries.type, 'charge'))
  const before = await unmatched()
  await expect
    .poll(async () => {
      await reconcileStripeBalance({ ctx: world.ctx })
      return unmatched()
    })
    .toBe(before + 1)
  expect(await read()).toMatchObject({ driftMicros: 0 })
  world.stripe.control.clearDeliveryFaults()
  world.clock.aheadMs = 60_000
  await reconcileTopUps({ ctx: world.ctx })
  await paying
  expect(await read()).toMatchObject({ matched: 1, driftMicros: 0 })
})

test('money at Stripe that no event explains is an alarm that names it, and nothing is corrected', async () => {
  await world.pay({ cents: 1_000 })
  await read()
  // A balance moved behind the transfers' back: what only a broken program could do.
  const clearing = eq(ledgerAccounts.id, 'system:stripe_clearing')
  const before = await cents('stripe_clearing')
  await world.ctx.db
    .update(ledgerAccounts)
    .set({ balanceMicros: (before - 5) * 10_000 })
    .where(clearing)
  expect(await read()).toMatchObject({ driftMicros: -50_000 })
  expect(await openAlarms()).toEqual([])
  world.clock.aheadMs = 31 * 60_000
  await read()
  expect(await openAlarms()).toMatchObject([
    { key: 'stripe_balance:total', message: expect.stringContaining('-50000 micros have no explanation') },
  ])
  expect(await cents('stripe_clearing')).toBe(before - 5)
  await world.ctx.db
    .update(ledgerAccounts)
    .set({ balanceMicros: before * 10_000 })
    .where(clearing)
  await read()
  expect((await openAlarms())[0]?.resolvedAtMs).not.toBeNull()
})
