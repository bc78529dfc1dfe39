import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { disputes, stripeEvents } from '#db/schema/ledger.ts'
import { alarms, auditLog } from '#db/schema/operations.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { openStripeWorld, type Paid, type StripeWorld } from '#lib/local/test-stripe.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { checkBooks } from './check-books.ts'
import { listStripeEvents } from './list-stripe-events.ts'
import { readRefunds } from './read-refunds.ts'
import { reconcileStripeBalance } from './reconcile-stripe-balance.ts'
import { reconcileTopUps } from './reconcile-top-ups.ts'
import { replayStripeEvent } from './replay-stripe-event.ts'
import { requestRefund } from './request-refund.ts'
import { addJob, balancesOf } from './wallet-fixture.ts'
import { writeOffDebt } from './write-off-debt.ts'

let world: StripeWorld
beforeAll(async () => {
  world = await openStripeWorld()
})
afterEach(() => {
  world.stripe.control.clearDeliveryFaults()
  world.clock.aheadMs = 0
})
afterAll(() => world.close())

const complain = (paid: Paid, warning = false) =>
  world.stripe.control.openDispute({ payment_intent: paid.paymentIntentId, warning }).id

const advance = (id: string, ...steps: ('withdraw' | 'win' | 'lose' | 'close')[]) => {
  for (const step of steps) world.stripe.control.advanceDispute(id, step)
}

const isFrozen = async ({ userId }: UserCtx) =>
  (await world.ctx.db.select().from(users).where(eq(users.id, userId)))[0]?.frozenAtMs !== null

const stateOf = async (id: string) =>
  (await world.ctx.db.select().from(disputes).where(eq(disputes.stripeDisputeId, id)))[0]?.state

const alarmOf = async (id: string) =>
  (
    await world.ctx.db
      .select()
      .from(alarms)
      .where(eq(alarms.key, `dispute:${id}`))
  )[0]

describe('a chargeback', () => {
  test('freezes at once, takes the money when Stripe does, and ends as it was when won; the operator knows by when', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 4_000_000)
    const id = complain(paid)
    await world.allDelivered()
    expect([await isFrozen(paid.user), await balancesOf(paid.user)]).toMatchObject([true, { available: 6_000_000 }])
    expect(await alarmOf(id)).toMatchObject({ kind: 'dispute_open', message: expect.stringContaining('Answer by 20') })
    advance(id, 'withdraw')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, held: 4_000_000, receivable: -4_000_000 })
    advance(id, 'win')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 6_000_000, held: 4_000_000, receivable: 0 })
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([false, 'won'])
    expect((await alarmOf(id))?.resolvedAtMs).not.toBeNull()
  })

  test('that is lost after the money was spent leaves a debt, which an admin may write off', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 9_000_000)
    const id = complain(paid)
    advance(id, 'lose')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, receivable: -9_000_000 })
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([false, 'lost'])
    const admin = { ...paid.user, userId: 'usr_admin' }
    const input = { userId: paid.user.userId, decisionId: 'decision', reason: 'too old' }
    expect(await writeOffDebt({ ctx: admin, input })).toEqual({ writtenOffMicros: 9_000_000 })
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, receivable: 0 })
    await expect(writeOffDebt({ ctx: admin, input })).rejects.toThrow(AppError)
    const audit = await world.ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, paid.user.userId))
    expect(audit).toMatchObject([{ action: 'debt.write_off', detail: '9000000 micros: too old' }])
  })

  test.each([
    ['won', 'win'],
    ['lost', 'lose'],
  ] as const)('%s, its events tripled, held back and shuffled, ends the same', async (end, step) => {
    const paid = await world.pay({ cents: 1_000 })
    await addJob(paid.user, 4_000_000)
    world.stripe.control.setDeliveryFaults({ hold: true, duplicate: 2, shuffle: true, parallel: 5 })
    const id = complain(paid)
    advance(id, 'withdraw', step)
    world.stripe.control.releaseDeliveries({ shuffle: true })
    world.stripe.control.setDeliveryFaults({ hold: false })
    await world.allDelivered()
    const money = end === 'won' ? { available: 6_000_000, receivable: 0 } : { available: 0, receivable: -4_000_000 }
    expect(await balancesOf(paid.user)).toMatchObject(money)
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([false, end])
  })

  test('of which only the last event comes is booked whole', async () => {
    const paid = await world.pay({ cents: 1_000 })
    const earlier = ['charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated']
    world.stripe.control.setDeliveryFaults({ drop_types: earlier })
    const id = complain(paid)
    advance(id, 'withdraw', 'win')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 10_000_000, receivable: 0 })
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([false, 'won'])
  })

  test('of one payment keeps the user frozen while another is open', async () => {
    const first = await world.pay({ cents: 1_000 })
    const second = await world.pay({ cents: 500, user: first.user })
    const [one, two] = [complain(first), complain(second)]
    advance(one, 'withdraw', 'win')
    await world.allDelivered()
    expect(await isFrozen(first.user)).toBe(true)
    advance(two, 'lose')
    await world.allDelivered()
    expect(await isFrozen(first.user)).toBe(false)
    // A payment that was charged back takes no refund, won or lost.
    expect(await readRefunds({ ctx: first.user })).toMatchObject({ refundable_micros: 0, destinations: [] })
  })

  test('after a refund of the same payment takes the rest from the user as a debt', async () => {
    const paid = await world.pay({ cents: 1_000 })
    await requestRefund({ ctx: paid.user, input: { amount_cents: 300, click_id: randomUUID() } })
    await world.allDelivered()
    advance(complain(paid), 'lose')
    await world.allDelivered()
    expect(await balancesOf(paid.user)).toMatchObject({ available: 0, receivable: -3_000_000 })
  })
})

describe('an inquiry', () => {
  test('moves and freezes nothing, and tells an operator until it is closed', async () => {
    const paid = await world.pay({ cents: 1_000 })
    const id = complain(paid, true)
    await world.allDelivered()
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([false, 'inquiry'])
    expect(await alarmOf(id)).toMatchObject({ kind: 'dispute_inquiry', resolvedAtMs: null })
    advance(id, 'close')
    await world.allDelivered()
    expect([await balancesOf(paid.user), await stateOf(id)]).toMatchObject([
      { available: 10_000_000 },
      'inquiry_closed',
    ])
    expect((await alarmOf(id))?.resolvedAtMs).not.toBeNull()
  })

  test('that becomes a chargeback freezes then', async () => {
    const paid = await world.pay({ cents: 1_000 })
    const id = complain(paid, true)
    advance(id, 'withdraw')
    await world.allDelivered()
    expect([await isFrozen(paid.user), await stateOf(id)]).toEqual([true, 'open'])
    advance(id, 'win')
    await world.allDelivered()
    expect([await isFrozen(paid.user), await balancesOf(paid.user)]).toMatchObject([false, { available: 10_000_000 }])
  })
})

describe('the inbox', () => {
  const admin = (): UserCtx => ({ ...world.ctx, userId: 'usr_admin' })

  /** An inquiry about a payment whose credit has not come yet: its event cannot be handled. */
  async function failedEvent() {
    world.stripe.control.setDeliveryFaults({ drop_types: ['checkout.session.completed'] })
    const paying = world.pay({ cents: 1_000 })
    const intent = async () => {
      const open = world.stripe.control
        .state()
        .sessions.find((session) => session.payment_status === 'paid' && !seen.has(session.id))
      return typeof open?.payment_intent === 'string' ? open.payment_intent : null
    }
    await expect.poll(intent).not.toBeNull()
    const disputeId = world.stripe.control.openDispute({ payment_intent: (await intent()) ?? '', warning: true }).id
    const failed = async () =>
      (await listStripeEvents({ ctx: world.ctx, input: { state: 'failed' } })).events.find((event) =>
        event.type.startsWith('charge.dispute.'),
      )
    await expect.poll(failed).toMatchObject({ error: expect.stringContaining('is not credited yet') })
    world.stripe.control.setDeliveryFaults({ hold: true, drop_types: [] })
    return { paying, disputeId, eventId: (await failed())?.event_id ?? '' }
  }
  const seen = new Set<string>()

  test('keeps what failed; a replay says so again, succeeds when its reason is gone, twice is once, and is audited', async () => {
    for (const session of world.stripe.control.state().sessions) seen.add(session.id)
    const { paying, disputeId, eventId } = await failedEvent()
    const replay = () => replayStripeEvent({ ctx: admin(), input: { eventId } })
    expect(await replay()).toMatchObject({ state: 'failed' })
    world.clock.aheadMs = 60_000
    await reconcileTopUps({ ctx: world.ctx })
    world.stripe.control.clearDeliveryFaults()
    world.stripe.control.releaseDeliveries()
    const { user } = await paying
    expect(await replay()).toMatchObject({ state: 'done', error: null })
    expect(await replay()).toMatchObject({ state: 'done' })
    expect(await stateOf(disputeId)).toBe('inquiry')
    expect(await balancesOf(user)).toMatchObject({ available: 10_000_000 })
    const audit = await world.ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, eventId))
    expect(audit.map((row) => [row.actorId, row.action])).toContainEqual(['usr_admin', 'stripe_event.replay'])
  })

  test('knows nothing of an event that never came', async () => {
    const replay = replayStripeEvent({ ctx: admin(), input: { eventId: 'evt_none' } })
    await expect(replay).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is read page by page, newest first', async () => {
    const first = await listStripeEvents({ ctx: world.ctx, input: { state: 'done' } })
    expect(first.events).toHaveLength(25)
    const cursor = first.next_cursor ?? ''
    const second = await listStripeEvents({ ctx: world.ctx, input: { state: 'done', cursor } })
    const ids = [...first.events, ...second.events].map((event) => event.event_id)
    expect(new Set(ids).size).toBe(ids.length)
    const wrong = listStripeEvents({ ctx: world.ctx, input: { state: 'done', cursor: 'x' } })
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

test('in the end every event is handled, and Stripe holds what the books say', async () => {
  await world.allDelivered()
  const open = inArray(stripeEvents.state, ['failed', 'received'])
  expect(await world.ctx.db.select({ type: stripeEvents.type }).from(stripeEvents).where(open)).toEqual([])
  await reconcileStripeBalance({ ctx: world.ctx })
  expect(await reconcileStripeBalance({ ctx: world.ctx })).toMatchObject({ driftMicros: 0 })
  expect((await checkBooks({ ctx: world.ctx })).drifts).toEqual([])
})
