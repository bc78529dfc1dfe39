import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerAccounts, settlements, transfers } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { checkBooks } from '#lib/services/wallet/check-books.ts'
import { walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { play } from './play.ts'

const STORIES = 500

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

test('500 interleavings of payments, holds, captures, refunds, disputes, expiry, repeats, races and crashes keep the books', async () => {
  const ctx = walletCtx(t.db)
  await play(ctx, { stories: STORIES, mostRounds: 4 })
  for (let accounts = await ctx.db.$count(ledgerAccounts); accounts > 0; ) {
    const report = await checkBooks({ ctx })
    expect(report.drifts).toEqual([])
    accounts -= report.accountsChecked
  }
  expect(await ctx.db.$count(settlements)).toBeGreaterThan(STORIES / 4)
  expect(await ctx.db.$count(transfers)).toBeGreaterThan(STORIES * 3)
}, 600_000)
