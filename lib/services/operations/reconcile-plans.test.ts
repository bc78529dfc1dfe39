import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx } from '#lib/services/context.ts'
import { unsweptRuns } from '#lib/services/jobs/sweep-run-objects.ts'
import { askedCards, unpaidWishes } from '#lib/services/spending/reconcile-spending.ts'
import { unsentRefunds } from '#lib/services/wallet/reconcile-refunds.ts'
import { walletCtx } from '#lib/services/wallet/wallet-fixture.ts'

let t: TestDb
let ctx: Ctx
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db)
})
afterAll(() => t.close())

/** What the reconciler looks for every minute, and the index that holds that alone: all that is over must cost it nothing. */
test.each([
  ['refunds that Stripe was not asked for', () => unsentRefunds(ctx), 'refunds_unsent'],
  ['paid top-ups whose card is to be kept', () => askedCards(ctx), 'top_ups_card_asked'],
  ['wishes to keep a card that were never paid', () => unpaidWishes(ctx), 'top_ups_card_asked'],
  ['runs whose objects are to be swept', () => unsweptRuns(ctx), 'attempts_unswept'],
])('%s are found by an index of their own', async (_name, query, index) => {
  const steps = await t.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query().getSQL()}`)
  expect(steps[0]?.detail).toContain(`USING INDEX ${index}`)
})
