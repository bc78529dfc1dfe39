import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerAccounts, refunds } from '#db/schema/ledger.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { openStripeWorld, type StripeWorld } from '#lib/local/test-stripe.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { requestRefund } from './request-refund.ts'
import { addJob, balancesOf } from './wallet-fixture.ts'

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

const ask = (user: UserCtx, cents: number, clickId = randomUUID()) =>
  requestRefund({ ctx: user, input: { amount_cents: cents, click_id: clickId } })

const refundsOf = (user: UserCtx) => world.ctx.db.select().from(refunds).where(eq(refunds.userId, user.userId))

const balance = async (accountId: string) =>
  (await world.ctx.db.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, accountId)))[0]?.balanceMicros

describe('a refund of unused credit', () => {
  test('leaves the balance, reaches Stripe once, and succeeds', async () => {
    const { user, paymentIntentId } = await world.pay({ cents: 2_000 })
    await ask(user, 1_500)
    await world.allDelivered()
    expect(await refundsOf(user)).toMatchObject([{ state: 'succeeded', amountMicros: 15_000_000, origin: 'user' }])
    expect(await balancesOf(user)).toMatchObject({ available: 5_000_000, receivable: 0 })
    expect(await world.ctx.payments.listRefunds({ paymentIntentId })).toHaveLength(1)
  })

  test('made in the Dashboard beyond the balance leaves a debt', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 7_000_000)
    world.stripe.control.refundInDashboard({ charge: paid.chargeId })
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, held: 7_000_000, receivable: -7_000_000 })
    expect(await refundsOf(paid.user)).toMatchObject([{ state: 'succeeded', origin: 'stripe' }])
  })

  test('more than there is is refused', async () => {
    const { user } = await world.pay({ cents: 1_000 })
    const error = await ask(user, 1_001).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(await balance(`${user.userId}:available`)).toBe(10_000_000)
  })
})

describe('a chargeback', () => {
  test('freezes, takes the money, and gives it back when won', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 4_000_000)
    const { id } = world.stripe.control.openDispute({ payment_intent: paid.paymentIntentId })
    world.stripe.control.advanceDispute(id, 'withdraw')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, held: 4_000_000, receivable: -4_000_000 })
    world.stripe.control.advanceDispute(id, 'win')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 6_000_000, held: 4_000_000, receivable: 0 })
  })
})
