import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerAccounts, refunds } from '#db/schema/ledger.ts'
import { openStripeWorld, type StripeWorld } from '#lib/local/test-stripe.ts'
import { readTopUp } from './read-top-up.ts'
import { reconcileStripeBalance } from './reconcile-stripe-balance.ts'
import { requestRefund } from './request-refund.ts'
import { balancesOf } from './wallet-fixture.ts'

let world: StripeWorld
beforeAll(async () => {
  world = await openStripeWorld({ tax: true, invoices: true })
})
afterAll(() => world.close())

const taxPayable = async () =>
  (await world.ctx.db.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, 'system:tax_payable')))[0]
    ?.balanceMicros

test('tax is paid on top of a top-up, owed by us, and never credit; receipt and invoice are linked', async () => {
  const { user, topUpId } = await world.pay({ cents: 1_000 })
  expect(await balancesOf(user)).toMatchObject({ available: 10_000_000 })
  expect(await taxPayable()).toBe(860_000)
  const view = await readTopUp({ ctx: user, input: { topUpId } })
  expect(view).toMatchObject({ amount_micros: 10_000_000, tax_micros: 860_000, paid_with: 'Visa •••• 4242' })
  for (const url of [view.receipt_url, view.invoice_url]) {
    const page = await fetch(url ?? '')
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('10.86')])
  }
  expect((await reconcileStripeBalance({ ctx: world.ctx })).driftMicros).toBe(0)
})

test('a refund gives its share of the tax back, the last of the credit all the rest', async () => {
  const { user } = await world.pay({ cents: 1_000 })
  const before = (await taxPayable()) ?? 0
  const ask = (cents: number, click: number) =>
    requestRefund({
      ctx: user,
      input: { amount_cents: cents, click_id: `00000000-0000-4000-8000-00000000000${click}` },
    })
  await ask(333, 1)
  expect(await taxPayable()).toBe(before - 280_000)
  await ask(667, 2)
  expect(await taxPayable()).toBe(before - 860_000)
  expect(await balancesOf(user)).toMatchObject({ available: 0 })
  await world.allDelivered()
  const rows = await world.ctx.db.select().from(refunds).where(eq(refunds.userId, user.userId))
  expect(rows.map((row) => [row.state, row.amountMicros, row.taxCents])).toEqual([
    ['succeeded', 3_330_000, 28],
    ['succeeded', 6_670_000, 58],
  ])
  expect((await reconcileStripeBalance({ ctx: world.ctx })).driftMicros).toBe(0)
})

test('a chargeback takes the credit from the user and the tax from what we owe, and gives both back when won', async () => {
  const paid = await world.pay({ cents: 2_000 })
  const before = (await taxPayable()) ?? 0
  const { id } = world.stripe.control.openDispute({ payment_intent: paid.paymentIntentId })
  world.stripe.control.advanceDispute(id, 'withdraw')
  await world.allDelivered()
  expect([await balancesOf(paid.user), await taxPayable()]).toMatchObject([
    { available: 0, receivable: 0 },
    before - 1_730_000,
  ])
  world.stripe.control.advanceDispute(id, 'win')
  await world.allDelivered()
  expect([await balancesOf(paid.user), await taxPayable()]).toMatchObject([{ available: 20_000_000 }, before])
  expect((await reconcileStripeBalance({ ctx: world.ctx })).driftMicros).toBe(0)
})
