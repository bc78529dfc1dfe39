import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerAccounts, settlements } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { checkBooks } from '#lib/services/wallet/check-books.ts'
import { walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { play } from './play.ts'

const STORIES = 10_000
const AT_A_TIME = 500

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

test('10,000 longer interleavings keep the books', async () => {
  const ctx = walletCtx(t.db)
  const startedMs = performance.now()
  for (let played = 0; played < STORIES; played += AT_A_TIME) {
    await play(ctx, { stories: AT_A_TIME, mostRounds: 6 })
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
    console.log(`${played + AT_A_TIME} interleavings in ${seconds} s`)
  }
  for (let accounts = await ctx.db.$count(ledgerAccounts); accounts > 0; ) {
    const report = await checkBooks({ ctx })
    expect(report.drifts).toEqual([])
    accounts -= report.accountsChecked
  }
  expect(await ctx.db.$count(settlements)).toBeGreaterThan(STORIES / 4)
}, 14_400_000)
