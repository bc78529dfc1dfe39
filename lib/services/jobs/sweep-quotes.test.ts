import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holds, quotes } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import { assets } from '#db/schema/uploads.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { overdueQuotes, sweepQuotes } from './sweep-quotes.ts'

const DAY_MS = 24 * 3600 * 1000
let t: TestServices
let ctx: UserCtx
let assetId: string
beforeAll(async () => {
  t = await openTestServices()
  ctx = await t.newUser()
  assetId = ctx.newId('ast')
  const file = { fileName: 'a.mp4', objectKey: assetId, bytes: 1, contentType: 'video/mp4', createdAtMs: ctx.nowMs() }
  await ctx.db.insert(assets).values({ id: assetId, userId: ctx.userId, kind: 'uploaded', state: 'rejected', ...file })
})
afterAll(() => t.close())

async function insertQuote(expiresAtMs: number): Promise<string> {
  const id = ctx.newId('quo')
  const price = { rateMicrosPerSecond: 1, markupBps: 0, minimumMicros: 0, ceilingMicros: 1, estimateMicros: 1 }
  const task = { task: 'upscale', paramsJson: '{}', inputEtag: '"e"', factsJson: '{}', gpuClass: 'local' }
  const times = { expectedGpuMs: 1, executionTimeoutMs: 1, createdAtMs: expiresAtMs, expiresAtMs }
  await ctx.db.insert(quotes).values({ id, userId: ctx.userId, assetId, ...task, ...price, ...times })
  return id
}

const remaining = async () => (await ctx.db.select({ id: quotes.id }).from(quotes)).map((quote) => quote.id)

test('quotes go a day after they ended, unless money was set aside for them', async () => {
  const endedMs = ctx.nowMs()
  const used = await insertQuote(endedMs)
  await insertQuote(endedMs)
  await insertQuote(endedMs)
  const amounts = { amountMicros: 1, promoMicros: 0 }
  const times = { createdAtMs: endedMs, expiresAtMs: endedMs }
  await ctx.db.insert(holds).values({ id: ctx.newId('hld'), userId: ctx.userId, quoteId: used, ...amounts, ...times })
  t.advance(DAY_MS - 60_000)
  expect(await sweepQuotes({ ctx })).toEqual({ deleted: 0 })
  t.advance(120_000)
  const recent = await insertQuote(ctx.nowMs())
  expect(await sweepQuotes({ ctx })).toEqual({ deleted: 2 })
  expect((await remaining()).sort()).toEqual([used, recent].sort())
  expect(await sweepQuotes({ ctx })).toEqual({ deleted: 0 })
})

test('a run looks at so many and the next goes on where it stopped, also among quotes of one moment', async () => {
  const kept = new Set(await remaining())
  const [first] = await ctx.db.select().from(quotes)
  const endedMs = ctx.nowMs()
  // One statement: the rows of a thousand quotes that ended at the same moment.
  await ctx.db.run(sql`
    INSERT INTO quotes (id, user_id, asset_id, task, params_json, input_etag, facts_json, gpu_class, rate_micros_per_second,
      markup_bps, minimum_micros, ceiling_micros, estimate_micros, expected_gpu_ms, execution_timeout_ms, created_at_ms,
      expires_at_ms)
    SELECT 'quo_' || value, user_id, asset_id, task, params_json, input_etag, facts_json, gpu_class,
      rate_micros_per_second, markup_bps, minimum_micros, ceiling_micros, estimate_micros, expected_gpu_ms,
      execution_timeout_ms, created_at_ms, ${endedMs}
    FROM quotes, json_each(${JSON.stringify(Array.from({ length: 700 }, (_, n) => n))}) WHERE quotes.id = ${first?.id}`)
  t.advance(2 * DAY_MS)
  const runs = [await sweepQuotes({ ctx }), await sweepQuotes({ ctx }), await sweepQuotes({ ctx })]
  expect(runs.map((run) => run.deleted).reduce((sum, deleted) => sum + deleted)).toBeGreaterThanOrEqual(700)
  expect(runs[0]?.deleted).toBeLessThanOrEqual(500)
  expect((await remaining()).every((id) => kept.has(id))).toBe(true)
})

test('the sweep finds its quotes by index', async () => {
  await ctx.db.delete(cursors)
  const query = overdueQuotes({ ctx, after: { expiresAtMs: 0, id: '' } }).getSQL()
  const plan = await ctx.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query}`)
  expect(plan.map((step) => step.detail).join()).toContain('USING INDEX quotes_expiry')
})
