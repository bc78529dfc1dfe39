import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import type { StatementEntry } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { exportStatement } from './export-statement.ts'
import { insertTransfers } from './insert-transfers.ts'
import { prepareSettlement } from './prepare-settlement.ts'
import { readStatement, type StatementInput, statementQuery } from './read-statement.ts'
import { readWallet } from './read-wallet.ts'
import { runBatch } from './run-batch.ts'
import { addJob, addUser, type TestClock, walletCtx } from './wallet-fixture.ts'

let t: TestDb
let ctx: Ctx
const clock: TestClock = { nowMs: 1_800_000_000_000 }
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db, { clock })
})
afterAll(() => t.close())

async function settle(user: UserCtx, jobId: string, captureMicros: number) {
  const input = { jobId, fromStates: ['queued'], outcome: 'failed', captureMicros, gpuMs: 1 } as const
  const { statements } = await prepareSettlement({ ctx: user, input })
  const end = user.db.update(jobs).set({ state: 'failed', failureCode: 'timed_out' }).where(eq(jobs.id, jobId))
  expect(await runBatch(user, [...statements, end])).toEqual({ ok: true })
}

async function topUp(user: UserCtx, amountMicros: number, owedMicros = 0) {
  const topUpId = user.newId('top')
  const plan = planTopUp({ userId: user.userId, topUpId, paymentIntentId: topUpId, amountMicros, owedMicros })
  expect(await runBatch(user, insertTransfers(user, plan))).toEqual({ ok: true })
  return topUpId
}

async function pages(user: UserCtx, input: StatementInput): Promise<StatementEntry[][]> {
  const all: StatementEntry[][] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await readStatement({ ctx: user, input: { ...input, cursor } })
    all.push(page.entries)
    cursor = page.next_cursor
  }
  return all
}

const brief = ({ kind, label, spendable_change_micros, held_change_micros }: StatementEntry) =>
  [kind, label, spendable_change_micros, held_change_micros] as const

/** What D1 says, and bills, that a query read. */
async function rowsReadBy(query: { toSQL(): { sql: string; params: unknown[] } }): Promise<number> {
  const { sql, params } = query.toSQL()
  const binding = t.d1 as unknown as {
    prepare(text: string): { bind(...values: unknown[]): { all(): Promise<{ meta: { rows_read: number } }> } }
  }
  const { meta } = await binding
    .prepare(sql)
    .bind(...params)
    .all()
  expect(meta.rows_read).toBeGreaterThan(0)
  return meta.rows_read
}

describe('a statement', () => {
  test('has one entry per cause, in plain words, newest first', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000_000, promoMicros: 300_000 })
    clock.nowMs += 1_000
    const { jobId } = await addJob(user, 700_000)
    clock.nowMs += 1_000
    await settle(user, jobId, 100_000)
    const [entries = []] = await pages(user, {})
    expect(entries.map(brief)).toEqual([
      ['release', 'Not needed for Upscale, returned', 600_000, -600_000],
      ['capture', 'Paid for Upscale', 0, -100_000],
      ['hold', 'Set aside for Upscale', -700_000, 700_000],
      ['promo', 'Promotional credit', 300_000, 0],
      ['top_up', 'Top-up', 1_000_000, 0],
    ])
    expect(entries.map((entry) => entry.job_id)).toEqual([jobId, jobId, jobId, null, null])
    const wallet = await readWallet({ ctx: user })
    const sum = (of: (entry: StatementEntry) => number) => entries.reduce((total, entry) => total + of(entry), 0)
    expect(sum((entry) => entry.spendable_change_micros)).toBe(wallet.spendable_micros)
    expect(sum((entry) => entry.held_change_micros)).toBe(wallet.held_micros)
    expect(wallet).toMatchObject({ spent_micros: 100_000, owed_micros: 0, frozen: false })
  })

  test('says when a top-up paid a debt', async () => {
    const user = await addUser(ctx)
    await t.d1
      .prepare(`INSERT INTO transfers (id, kind, debit_account_id, credit_account_id, amount_micros, cause_type,
        cause_id, idempotency_key, user_id, created_at_ms) VALUES ('d.1', 'dispute', '${user.userId}:receivable',
        'system:stripe_clearing', 30000, 'dispute', 'd', 'd', '${user.userId}', 1)`)
      .run()
    const topUpId = await topUp(user, 100_000, 30_000)
    const [entries = []] = await pages(user, {})
    expect(entries.map(brief)).toEqual([
      ['top_up', 'Top-up (3.00 credits paid what was owed)', 70_000, 0],
      ['dispute', 'Disputed payment, taken back by the bank (3.00 credits of it are now owed)', 0, 0],
    ])
    expect(entries[0]?.top_up_id).toBe(topUpId)
  })

  test('comes in pages that neither repeat, miss nor split an entry, also when everything happens at one moment', async () => {
    const user = await addUser(ctx, { availableMicros: 100_000, promoMicros: 1_000 })
    for (let count = 0; count < 6; count++) {
      const { jobId } = await addJob(user, 2_000)
      await settle(user, jobId, 500)
    }
    const whole = (await pages(user, { pageSize: 100 })).flat()
    expect(whole).toHaveLength(2 + 6 * 3)
    for (const pageSize of [1, 2, 3, 7]) {
      const paged = await pages(user, { pageSize })
      expect(paged.flat()).toEqual(whole)
      expect(paged.slice(0, -1).every((page) => page.length === pageSize)).toBe(true)
    }
  })

  test('filters by kind', async () => {
    const user = await addUser(ctx, { availableMicros: 100_000 })
    for (let count = 0; count < 3; count++) await settle(user, (await addJob(user, 2_000)).jobId, 500)
    const captures = (await pages(user, { kind: 'capture', pageSize: 2 })).flat()
    expect(captures.map((entry) => entry.kind)).toEqual(['capture', 'capture', 'capture'])
  })

  test('says what could be spent after each entry, on every page and from any day backwards', async () => {
    const user = await addUser(ctx, { availableMicros: 100_000, promoMicros: 3_000 })
    const startMs = clock.nowMs
    const balances: number[] = []
    for (let count = 0; count < 6; count++) {
      clock.nowMs += 1_000
      const { jobId } = await addJob(user, 2_000)
      balances.unshift((await readWallet({ ctx: user })).spendable_micros)
      clock.nowMs += 1_000
      await settle(user, jobId, 500)
    }
    const holds = (entries: StatementEntry[]) => entries.filter((entry) => entry.kind === 'hold')
    for (const pageSize of [1, 3, 50]) {
      const shown = holds((await pages(user, { pageSize })).flat()).map((entry) => entry.spendable_after_micros)
      expect(shown).toEqual(balances)
    }
    const earlier = await readStatement({ ctx: user, input: { to_ms: startMs + 2_000 } })
    expect(earlier.entries.map((entry) => entry.kind)).toEqual(['hold', 'promo', 'top_up'])
    expect(holds(earlier.entries)[0]?.spendable_after_micros).toBe(balances.at(-1))
    expect((await readStatement({ ctx: user, input: { kind: 'hold' } })).entries[0]?.spendable_after_micros).toBeNull()
  })

  test('is narrowed by day, job and words, in which no letter is a pattern', async () => {
    const user = await addUser(ctx, { availableMicros: 100_000 })
    clock.nowMs += 1_000
    const since = clock.nowMs
    const [one, two] = [await addJob(user, 2_000), await addJob(user, 2_000)]
    const [job] = await user.db.select().from(jobs).where(eq(jobs.id, two.jobId))
    await user.db
      .update(assets)
      .set({ fileName: 'cup_final 100%.mp4' })
      .where(eq(assets.id, job?.assetId ?? ''))
    const jobsOf = async (input: StatementInput) => (await pages(user, input)).flat().map((entry) => entry.job_id)
    expect(await jobsOf({ from_ms: since })).toEqual([two.jobId, one.jobId])
    expect(await jobsOf({ to_ms: since })).toEqual([null])
    expect(await jobsOf({ job_id: one.jobId })).toEqual([one.jobId])
    expect(await jobsOf({ search: 'FINAL 100%' })).toEqual([two.jobId])
    expect(await jobsOf({ search: one.jobId })).toEqual([one.jobId])
    expect(await jobsOf({ search: '%match' })).toEqual([])
    expect(await jobsOf({ search: 'c_p' })).toEqual([])
    expect((await pages(user, { search: 'match' })).flat()[0]?.detail).toBe('match.mp4')
  })

  test('shows nobody else’s money', async () => {
    const rich = await addUser(ctx, { availableMicros: 100_000 })
    const poor = await addUser(ctx)
    expect((await pages(rich, {})).flat()).toHaveLength(1)
    expect((await pages(poor, {})).flat()).toEqual([])
  })

  test.each<[string, StatementInput]>([
    ['first page', {}],
    ['page of one kind', { kind: 'promo' }],
    ['later page', { cursor: `${9e14}_transfer` }],
    ['later page of one kind', { kind: 'promo', cursor: `${9e14}_transfer` }],
  ])('%s is one range of an index, whatever the history', async (_name, input) => {
    const user = await addUser(ctx, { promoMicros: 1_000 })
    for (let count = 0; count < 8; count++) await topUp(user, 1_000)
    const few = await rowsReadBy(statementQuery(user, input, 5))
    for (let count = 0; count < 40; count++) await topUp(user, 1_000)
    expect(few).toBeLessThanOrEqual(10)
    expect(await rowsReadBy(statementQuery(user, input, 5))).toBe(few)
  })

  test.each(['x', '1', '1_', `1_${'x'.repeat(101)}`, "1_' OR 1=1"])('refuses the cursor %j', async (cursor) => {
    const user = await addUser(ctx)
    const error = await readStatement({ ctx: user, input: { cursor } }).catch((thrown: unknown) => thrown)
    expect(error instanceof AppError && [error.code, error.field]).toEqual(['invalid_request', 'cursor'])
  })
})

test('the export holds every entry with exact amounts', async () => {
  const user = await addUser(ctx, { availableMicros: 1_234_567 })
  const { jobId } = await addJob(user, 200_001)
  let csv = ''
  for await (const piece of exportStatement({ ctx: user, input: {} })) csv += piece
  const [header, ...lines] = csv.trimEnd().split('\r\n')
  expect(header).toBe(
    'time,kind,description,detail,spendable_change_credits,held_change_credits,spendable_after_credits,job,top_up,entry',
  )
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(`,hold,Set aside for Upscale,match.mp4,-20.0001,20.0001,103.4566,${jobId},,`)
  expect(lines[1]).toContain(',top_up,Top-up,,123.4567,0.0000,123.4567,,top_')
})
