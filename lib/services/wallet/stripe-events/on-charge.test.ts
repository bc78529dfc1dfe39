import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { topUps } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { addUser, walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { onCharge } from './on-charge.ts'

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

test('a payment says what it was paid with, unless its account is closed: then nothing personal is noted any more', async () => {
  const ctx = walletCtx(t.db)
  const { userId } = await addUser(ctx)
  const row = { source: 'checkout', state: 'credited', amountCents: 500, clickId: 'c', livemode: false } as const
  await ctx.db.insert(topUps).values({ id: 'top', userId, ...row, createdAtMs: 1, updatedAtMs: 1 })
  const data = {
    id: 'ch_1',
    metadata: { top_up_id: 'top', user_id: userId },
    receipt_url: 'https://pay.stripe.test/receipt',
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
  }
  const hear = () =>
    onCharge({ ctx, event: { id: 'evt', type: 'charge.updated', createdMs: 1, livemode: false, data } })
  const notes = async () => (await ctx.db.select().from(topUps).where(eq(topUps.id, 'top')))[0]
  await hear()
  expect(await notes()).toMatchObject({ chargeId: 'ch_1', paidWith: 'Visa •••• 4242', receiptUrl: data.receipt_url })
  await ctx.db.update(topUps).set({ paidWith: null, receiptUrl: null, chargeId: null })
  await ctx.db.update(users).set({ deletedAtMs: 1 }).where(eq(users.id, userId))
  await hear()
  expect(await notes()).toMatchObject({ chargeId: 'ch_1', paidWith: null, receiptUrl: null })
})
