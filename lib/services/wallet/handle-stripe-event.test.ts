import { and, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stripeEvents } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx } from '#lib/services/context.ts'
import { handleStoredEvent } from './handle-stripe-event.ts'
import { type StoredEvent, storeStripeEvent } from './store-stripe-event.ts'
import { walletCtx } from './wallet-fixture.ts'

let t: TestDb
let ctx: Ctx
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db, { clock: { nowMs: Date.now() } })
})
afterAll(() => t.close())

/** A payment for a top-up that is not here: it cannot be handled. */
const store = (id: string): Promise<StoredEvent> =>
  storeStripeEvent({
    ctx,
    input: {
      ...{ id, type: 'payment_intent.succeeded', createdMs: ctx.nowMs(), livemode: false },
      data: {
        id: 'pi',
        metadata: { kind: 'auto', top_up_id: 'none' },
        amount_received: 500,
        currency: 'usd',
        livemode: false,
      },
    },
  })
const stateOf = async (id: string) =>
  (await ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, id)))[0]?.state

test('storing says what is in the inbox, the first time and again', async () => {
  expect(await store('evt_twice')).toMatchObject({ state: 'received', attempts: 0 })
  await ctx.db.update(stripeEvents).set({ state: 'done' }).where(eq(stripeEvents.id, 'evt_twice'))
  expect(await store('evt_twice')).toMatchObject({ state: 'done' })
})

test('a delivery that fails after another of the same event was handled leaves it handled', async () => {
  const stored = await store('evt_race')
  await ctx.db.update(stripeEvents).set({ state: 'done' }).where(eq(stripeEvents.id, 'evt_race'))
  expect(await handleStoredEvent({ ctx, stored })).toBe('done')
  expect(await stateOf('evt_race')).toBe('done')
})

/** Open alarms about this event. */
const alarmsOf = (id: string) =>
  ctx.db.$count(alarms, and(eq(alarms.key, `stripe_event:${id}`), isNull(alarms.resolvedAtMs)))

test('an event that is handled in the end closes the alarm that it raised while it waited', async () => {
  const stored = await store('evt_waits')
  expect(await handleStoredEvent({ ctx, stored })).toBe('failed')
  expect(await alarmsOf('evt_waits')).toBe(1)
  const [waiting] = await ctx.db.select().from(stripeEvents).where(eq(stripeEvents.id, 'evt_waits'))
  if (!waiting) throw new Error('the event is gone')
  // By now it is one of those that move nothing here.
  expect(await handleStoredEvent({ ctx, stored: { ...waiting, type: 'charge.pending' } })).toBe('ignored')
  expect(await alarmsOf('evt_waits')).toBe(0)
})

test('one that fails alone stays in the inbox as failed', async () => {
  const stored = await store('evt_alone')
  expect(await handleStoredEvent({ ctx, stored })).toBe('failed')
  expect(await stateOf('evt_alone')).toBe('failed')
})
