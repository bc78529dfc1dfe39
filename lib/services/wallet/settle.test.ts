import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { transfers } from '#db/schema/ledger.ts'
import type { JobState } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { prepareSettlement, type SettlementInput } from './prepare-settlement.ts'
import { runBatch } from './run-batch.ts'
import { addJob, addQuote, addUser, balancesOf, prepareJob, walletCtx } from './wallet-fixture.ts'

let t: TestDb
let ctx: Ctx
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db)
})
afterAll(() => t.close())

/** Settlement and change of state in one batch, as jobs do it. */
async function prepareEnd(user: UserCtx, input: Partial<SettlementInput> & { jobId: string }) {
  const outcome = input.outcome ?? 'failed'
  const fromStates: JobState[] = ['queued', 'running', 'finalizing']
  const settlement = await prepareSettlement({
    ctx: user,
    input: { fromStates, captureMicros: 0, gpuMs: 0, ...input, outcome },
  })
  const end = user.db
    .update(jobs)
    .set({ state: outcome, failureCode: 'worker_lost', updatedAtMs: user.nowMs() })
    .where(eq(jobs.id, input.jobId))
  return { ...settlement, statements: [...settlement.statements, end] }
}

async function owe(user: UserCtx, micros: number) {
  const draft = {
    kind: 'dispute' as const,
    debitAccountId: `${user.userId}:receivable`,
    creditAccountId: 'system:stripe_clearing',
    amountMicros: micros,
    causeType: 'dispute' as const,
    causeId: user.newId('dp'),
    idempotencyKey: user.newId('dispute'),
    holdId: null,
    settlementId: null,
    userId: user.userId,
    expects: null,
  }
  expect(await runBatch(user, insertTransfers(user, [draft]))).toEqual({ ok: true })
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`expected a coded refusal, got ${error}`)
  return error
}

describe('placing a hold', () => {
  test('takes promo credit first, then available', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 300 })
    await addJob(user, 700)
    expect(await balancesOf(user)).toEqual({ available: 600, held: 700, promo: 0, receivable: 0 })
  })

  test('says how much is missing', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000_000, promoMicros: 230_000 })
    const error = await refusal(prepareJob(user, await addQuote(user, 2_000_000), 2_000_000))
    expect(error.code).toBe('insufficient_funds')
    expect(error.message).toBe('This needs 200.00 credits and you have 123.00: add 77.00 credits first.')
  })

  test('is refused while a payment is disputed, also when the dispute comes between plan and batch', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const quoteId = await addQuote(user, 100)
    const { statements } = await prepareJob(user, quoteId, 100)
    await ctx.db.update(users).set({ frozenAtMs: ctx.nowMs() }).where(eq(users.id, user.userId))
    expect(await runBatch(user, statements)).toEqual({ ok: false, constraint: 'foreign_key' })
    expect((await refusal(prepareJob(user, quoteId, 100))).code).toBe('wallet_frozen')
    expect(await balancesOf(user)).toMatchObject({ available: 1_000, held: 0 })
  })

  test('of two plans on the same money the second is refused by the balance and its job is not made', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const first = await prepareJob(user, await addQuote(user, 800), 800)
    const second = await prepareJob(user, await addQuote(user, 800), 800)
    expect(await runBatch(user, first.statements)).toEqual({ ok: true })
    expect(await runBatch(user, second.statements)).toEqual({ ok: false, constraint: 'available_not_negative' })
    expect(await ctx.db.$count(jobs, eq(jobs.userId, user.userId))).toBe(1)
    expect(await balancesOf(user)).toMatchObject({ available: 200, held: 800 })
  })

  test('of one quote happens once', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const quoteId = await addQuote(user, 100)
    const [one, two] = [await prepareJob(user, quoteId, 100), await prepareJob(user, quoteId, 100)]
    const results = await Promise.all([runBatch(user, one.statements), runBatch(user, two.statements)])
    expect(results).toContainEqual({ ok: true })
    expect(results).toContainEqual({ ok: false, constraint: 'holds_quote_unique' })
    expect(await balancesOf(user)).toMatchObject({ available: 900, held: 100 })
  })
})

describe('settling', () => {
  test('captures promo credit first and releases the rest to where it came from', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 300 })
    const { jobId } = await addJob(user, 700)
    const end = await prepareEnd(user, { jobId, captureMicros: 450, gpuMs: 1_500 })
    expect(end).toMatchObject({ captureMicros: 450, releaseMicros: 250 })
    expect(await runBatch(user, end.statements)).toEqual({ ok: true })
    expect(await balancesOf(user)).toEqual({ available: 850, held: 0, promo: 0, receivable: 0 })
  })

  test('gives unused promo credit back as promo credit', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 300 })
    const { jobId } = await addJob(user, 700)
    await runBatch(user, (await prepareEnd(user, { jobId, captureMicros: 100 })).statements)
    expect(await balancesOf(user)).toEqual({ available: 1_000, held: 0, promo: 200, receivable: 0 })
  })

  test('pays a debt before anything returns to available, and never out of promo credit', async () => {
    const user = await addUser(ctx, { availableMicros: 400, promoMicros: 300 })
    const { jobId } = await addJob(user, 700)
    await owe(user, 1_000)
    await runBatch(user, (await prepareEnd(user, { jobId })).statements)
    expect(await balancesOf(user)).toEqual({ available: 0, held: 0, promo: 300, receivable: -600 })
  })

  test('plans anew when a debt appears between plan and batch', async () => {
    const user = await addUser(ctx, { availableMicros: 500 })
    const { jobId } = await addJob(user, 500)
    const stale = await prepareEnd(user, { jobId })
    await owe(user, 200)
    expect(await runBatch(user, stale.statements)).toEqual({ ok: false, constraint: 'transfer_plan_is_stale' })
    expect(await runBatch(user, (await prepareEnd(user, { jobId })).statements)).toEqual({ ok: true })
    expect(await balancesOf(user)).toEqual({ available: 300, held: 0, promo: 0, receivable: 0 })
  })

  test('of two at once one wins and the other leaves no trace, its GPU cost included', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const { jobId } = await addJob(user, 800)
    const cost = { gpuCostMicros: 40 }
    const ends = await Promise.all([
      prepareEnd(user, { jobId, captureMicros: 120, causeAttemptId: `${jobId}-a`, ...cost }),
      prepareEnd(user, { jobId, captureMicros: 500, outcome: 'canceled', causeAttemptId: `${jobId}-b`, ...cost }),
    ])
    const results = await Promise.all(ends.map((end) => runBatch(user, end.statements)))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results).toContainEqual({ ok: false, constraint: 'transfer_needs_settlement' })
    const winner = results[0]?.ok ? 'a' : 'b'
    expect(await balancesOf(user)).toMatchObject({ available: winner === 'a' ? 880 : 500, held: 0 })
    const costs = await ctx.db.select().from(transfers).where(eq(transfers.kind, 'gpu_cost'))
    expect(costs.map((row) => row.causeId)).toEqual([`${jobId}-${winner}`])
  })

  test('of a job in another state is refused', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const { jobId } = await addJob(user, 800)
    const end = await prepareEnd(user, { jobId, fromStates: ['finalizing'] })
    expect(await runBatch(user, end.statements)).toEqual({ ok: false, constraint: 'transfer_needs_settlement' })
    expect(await balancesOf(user)).toMatchObject({ available: 200, held: 800 })
  })

  test('never captures more than was held', async () => {
    const user = await addUser(ctx, { availableMicros: 1_000 })
    const { jobId } = await addJob(user, 800)
    await expect(prepareEnd(user, { jobId, captureMicros: 801 })).rejects.toThrow(RangeError)
  })
})

describe('topping up', () => {
  test('pays a debt first, and the same payment never counts twice however it would be split', async () => {
    const user = await addUser(ctx)
    await owe(user, 700)
    const payment = { userId: user.userId, topUpId: 'top', paymentIntentId: `pi_${user.userId}`, amountMicros: 700 }
    const credit = (owedMicros: number) => runBatch(user, insertTransfers(user, planTopUp({ ...payment, owedMicros })))
    expect(await credit(700)).toEqual({ ok: true })
    expect(await credit(0)).toEqual({ ok: false, constraint: 'transfers_idempotency_unique' })
    expect(await balancesOf(user)).toEqual({ available: 0, held: 0, promo: 0, receivable: 0 })
  })
})

test('an error that is no guard is thrown, not swallowed', async () => {
  const nonsense = ctx.db.run('INSERT INTO no_such_table VALUES (1)')
  await expect(runBatch(ctx, [nonsense])).rejects.toThrow('no_such_table')
})
