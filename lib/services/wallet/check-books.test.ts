import { eq, like } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs } from '#db/schema/jobs.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx } from '#lib/services/context.ts'
import { checkBooks } from './check-books.ts'
import { prepareSettlement } from './prepare-settlement.ts'
import { runBatch } from './run-batch.ts'
import { addJob, addUser, walletCtx } from './wallet-fixture.ts'

let t: TestDb
let ctx: Ctx
beforeAll(async () => {
  t = await openTestDb()
  ctx = walletCtx(t.db)
})
afterAll(() => t.close())

test('sound books, with open and settled holds, raise no alarm', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 50 })
  await addJob(user, 300)
  const { jobId } = await addJob(user, 400)
  const input = { jobId, fromStates: ['queued'], outcome: 'failed', captureMicros: 100, gpuMs: 5 } as const
  const settlement = await prepareSettlement({ ctx, input })
  const end = ctx.db.update(jobs).set({ state: 'failed', failureCode: 'timed_out' }).where(eq(jobs.id, jobId))
  expect(await runBatch(ctx, [...settlement.statements, end])).toEqual({ ok: true })
  expect(await checkBooks({ ctx })).toEqual({ accountsChecked: 15, drifts: [] })
  expect(await ctx.db.$count(alarms)).toBe(0)
})

test('a balance changed behind the transfers is reported three ways, once each, and left as it is', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const held = eq(ledgerAccounts.id, `${user.userId}:held`)
  await ctx.db.update(ledgerAccounts).set({ balanceMicros: 7 }).where(held)
  const { drifts } = await checkBooks({ ctx })
  expect(drifts).toEqual([
    'All accounts together are 7 micros instead of zero.',
    `${user.userId}:held says 7 micros, its transfers say 0.`,
    `${user.userId}:held says 7 micros, the open holds say 0.`,
  ])
  await checkBooks({ ctx })
  const raised = await ctx.db.select().from(alarms).where(like(alarms.key, 'books:%'))
  expect(raised.map((alarm) => alarm.count)).toEqual([2, 2, 2])
  expect((await ctx.db.select().from(ledgerAccounts).where(held))[0]?.balanceMicros).toBe(7)
  await ctx.db.update(ledgerAccounts).set({ balanceMicros: 0 }).where(held)
  expect((await checkBooks({ ctx })).drifts).toEqual([])
})

test('a job that is settled but still runs is reported', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const { jobId } = await addJob(user, 400)
  const input = { jobId, fromStates: ['queued'], outcome: 'canceled', captureMicros: 0, gpuMs: 0 } as const
  expect(await runBatch(ctx, (await prepareSettlement({ ctx, input })).statements)).toEqual({ ok: true })
  expect((await checkBooks({ ctx })).drifts).toEqual([`Job ${jobId} is settled but still queued.`])
})

test('more accounts than one run adds up are checked run after run, and then from the start', async () => {
  for (let users = 0; users < 110; users++) await addUser(ctx)
  const total = await ctx.db.$count(ledgerAccounts)
  const runs = [await checkBooks({ ctx }), await checkBooks({ ctx }), await checkBooks({ ctx })]
  expect(runs.map((run) => run.accountsChecked)).toEqual([400, total - 400, 400])
})
