import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stripeBalanceEntries, topUps } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { creditTopUp } from './credit-top-up.ts'
import { matchBalanceEntries } from './match-balance-entries.ts'
import { addUser, walletCtx } from './wallet-fixture.ts'

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

test('movements that nothing explains do not keep the others from being matched', async () => {
  const ctx = walletCtx(t.db)
  const { userId } = await addUser(ctx)
  const entry = (id: string, type: string, readAtMs: number) =>
    ctx.db.insert(stripeBalanceEntries).values({
      ...{ id, type, sourceId: id, paymentIntentId: 'pi', amountCents: 500, feeCents: 0, createdAtMs: 1, readAtMs },
    })
  for (let i = 0; i < 100; i++) await entry(`txn_odd_${i}`, 'new_to_us', ctx.nowMs())
  await entry('txn_paid', 'charge', ctx.nowMs() + 1)
  const row = { source: 'checkout', state: 'open', amountCents: 500, clickId: 'c', livemode: false } as const
  const [topUp] = await ctx.db
    .insert(topUps)
    .values({ id: 'top', userId, ...row, createdAtMs: 1, updatedAtMs: 1 })
    .returning()
  if (!topUp) throw new Error('no top-up')
  await creditTopUp({ ctx, input: { topUp, paymentIntentId: 'pi', checkoutSessionId: null } })
  for (let ticks = 0; ticks < 20; ticks++) await matchBalanceEntries({ ctx })
  const [paid] = await ctx.db.select().from(stripeBalanceEntries).where(eq(stripeBalanceEntries.id, 'txn_paid'))
  expect(paid?.matchedAtMs).not.toBeNull()
})
