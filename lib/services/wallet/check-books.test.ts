import { eq, like } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs } from '#db/schema/jobs.ts'
import { ledgerAccounts, ledgerWalk } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
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

async function drifts(): Promise<string[]> {
  return (await checkBooks({ ctx })).drifts
}

/** Enough runs for both walks to have gone through everything once more. */
async function driftsOfWholeHistory(): Promise<string[]> {
  const found = new Set<string>()
  for (let run = 0; run < 4; run++) for (const drift of await drifts()) found.add(drift)
  return [...found].sort()
}

/** A user with an open hold and a settled one; ids of both jobs. */
async function addSpender(): Promise<{ user: UserCtx; openJob: string; settledJob: string }> {
  const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 50 })
  const open = await addJob(user, 300)
  const { jobId } = await addJob(user, 400)
  const input = { jobId, fromStates: ['queued'], outcome: 'failed', captureMicros: 100, gpuMs: 5 } as const
  const settlement = await prepareSettlement({ ctx, input })
  const end = ctx.db.update(jobs).set({ state: 'failed', failureCode: 'timed_out' }).where(eq(jobs.id, jobId))
  expect(await runBatch(ctx, [...settlement.statements, end])).toEqual({ ok: true })
  return { user, openJob: open.jobId, settledJob: jobId }
}

/** Does what the guards refuse, as somebody with the database's keys could, and puts the guards back. */
async function tamper(...statements: string[]): Promise<void> {
  const triggers = (await t.d1.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()).results
  await t.d1.batch(triggers.map(({ name }) => t.d1.prepare(`DROP TRIGGER ${name}`)))
  try {
    for (const statement of statements) await t.d1.prepare(statement).run()
  } finally {
    await t.d1.batch(triggers.map(({ sql }) => t.d1.prepare(String(sql))))
  }
}

test('sound books, with open and settled holds, raise no alarm', async () => {
  await addSpender()
  expect(await checkBooks({ ctx })).toEqual({ caughtUp: true, accountsChecked: 15, drifts: [] })
  expect(await driftsOfWholeHistory()).toEqual([])
  expect(await ctx.db.$count(alarms)).toBe(0)
})

test('a balance changed behind the transfers is reported, as one alarm, and left as it is', async () => {
  const { user } = await addSpender()
  const held = eq(ledgerAccounts.id, `${user.userId}:held`)
  await ctx.db.update(ledgerAccounts).set({ balanceMicros: 307 }).where(held)
  expect(await drifts()).toEqual([`${user.userId}:held says 307 micros, its transfers say 300.`])
  await drifts()
  const raised = await ctx.db.select().from(alarms).where(like(alarms.key, 'books:%'))
  expect(raised.map(({ key, count }) => [key, count])).toEqual([[`books:balance:${user.userId}:held`, 2]])
  expect((await ctx.db.select().from(ledgerAccounts).where(held))[0]?.balanceMicros).toBe(307)
  await ctx.db.update(ledgerAccounts).set({ balanceMicros: 300 }).where(held)
  expect(await drifts()).toEqual([])
})

test('what a user is said to have paid must be the sum of the captures', async () => {
  const { user } = await addSpender()
  expect(await drifts()).toEqual([])
  await tamper(`UPDATE wallet_totals SET captured_micros = 99 WHERE user_id = '${user.userId}'`)
  expect(await drifts()).toEqual([`${user.userId}:captured says 99 micros, its transfers say 100.`])
  await tamper(`UPDATE wallet_totals SET captured_micros = 100 WHERE user_id = '${user.userId}'`)
})

/** Changes to rows that were added up long ago; each is undone again. `undo` and `does` get the ids of a spender. */
const CHANGES: [string, (user: string) => { does: string[]; undo: string[]; found: string[] }][] = [
  [
    'an amount',
    (user) => ({
      does: [`UPDATE transfers SET amount_micros = amount_micros + 1 WHERE kind = 'top_up' AND user_id = '${user}'`],
      undo: [`UPDATE transfers SET amount_micros = amount_micros - 1 WHERE kind = 'top_up' AND user_id = '${user}'`],
      found: [`${user}:available`, 'system:stripe_clearing'],
    }),
  ],
  [
    'whom it pays',
    (user) => ({
      does: [
        `UPDATE transfers SET credit_account_id = 'system:bad_debt' WHERE kind = 'capture' AND user_id = '${user}'`,
      ],
      undo: [
        `UPDATE transfers SET credit_account_id = 'system:revenue' WHERE kind = 'capture' AND user_id = '${user}'`,
      ],
      found: ['system:bad_debt', 'system:revenue'],
    }),
  ],
  [
    'an amount and both balances with it',
    (user) => ({
      does: [
        `UPDATE transfers SET amount_micros = amount_micros + 1 WHERE kind = 'top_up' AND user_id = '${user}'`,
        `UPDATE ledger_accounts SET balance_micros = balance_micros + 1 WHERE id = '${user}:available'`,
        "UPDATE ledger_accounts SET balance_micros = balance_micros - 1 WHERE id = 'system:stripe_clearing'",
      ],
      undo: [
        `UPDATE transfers SET amount_micros = amount_micros - 1 WHERE kind = 'top_up' AND user_id = '${user}'`,
        `UPDATE ledger_accounts SET balance_micros = balance_micros - 1 WHERE id = '${user}:available'`,
        "UPDATE ledger_accounts SET balance_micros = balance_micros + 1 WHERE id = 'system:stripe_clearing'",
      ],
      found: [`${user}:available`, 'system:stripe_clearing'],
    }),
  ],
]

test.each(CHANGES)('changing %s of an old transfer is found, wherever it is', async (_name, change) => {
  const { user } = await addSpender()
  await addSpender()
  expect(await driftsOfWholeHistory()).toEqual([])
  const { does, undo, found } = change(user.userId)
  await tamper(...does)
  const report = await driftsOfWholeHistory()
  for (const account of found) {
    const changed = report.some((drift) => drift.startsWith(`Transfers of ${account} were changed: `))
    expect(changed, `${account} in ${JSON.stringify(report)}`).toBe(true)
  }
  await tamper(...undo)
  // Found by the walk that was under way; the one after it sees everything in order.
  await driftsOfWholeHistory()
  expect(await driftsOfWholeHistory()).toEqual([])
})

test('a transfer that was removed, and one that moved no balance, are found', async () => {
  const { user } = await addSpender()
  expect(await driftsOfWholeHistory()).toEqual([])
  const first = `SELECT * FROM transfers WHERE user_id = '${user.userId}' AND kind = 'promo'`
  await t.d1.prepare(`CREATE TABLE taken AS ${first}`).run()
  await tamper(`DELETE FROM transfers WHERE user_id = '${user.userId}' AND kind = 'promo'`)
  expect((await driftsOfWholeHistory()).join()).toContain(`Transfers of ${user.userId}:promo were changed`)
  // Back at the end: added up a second time by the walk that keeps up, for the balances never knew that it was gone.
  await tamper('INSERT INTO transfers SELECT * FROM taken')
  expect((await drifts()).join()).toContain(`${user.userId}:promo says 0 micros, its transfers say 50.`)
  await t.close()
  t = await openTestDb()
  ctx = walletCtx(t.db)
})

test('a hold and a settlement must have the transfers they speak of', async () => {
  const { openJob, settledJob } = await addSpender()
  expect(await drifts()).toEqual([])
  const holdOf = (jobId: string) => `(SELECT hold_id FROM jobs WHERE id = '${jobId}')`
  await tamper(
    `UPDATE holds SET amount_micros = amount_micros + 1 WHERE id = ${holdOf(openJob)}`,
    `UPDATE settlements SET capture_micros = capture_micros + 1, release_micros = release_micros - 1
      WHERE job_id = '${settledJob}'`,
  )
  const found = await drifts()
  expect(found).toHaveLength(2)
  expect(found[0]).toMatch(/^Hold .* is not what its transfers and job say/)
  expect(found[1]).toMatch(/^Settlement .* is not what its transfers, hold and job say/)
  await tamper(
    `UPDATE holds SET amount_micros = amount_micros - 1 WHERE id = ${holdOf(openJob)}`,
    `UPDATE settlements SET capture_micros = capture_micros - 1, release_micros = release_micros + 1
      WHERE job_id = '${settledJob}'`,
  )
})

test('a job that is settled but still runs is reported', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const { jobId } = await addJob(user, 400)
  const input = { jobId, fromStates: ['queued'], outcome: 'canceled', captureMicros: 0, gpuMs: 0 } as const
  expect(await runBatch(ctx, (await prepareSettlement({ ctx, input })).statements)).toEqual({ ok: true })
  expect(await drifts()).toEqual([`Job ${jobId} is settled but still queued.`])
  await ctx.db.update(jobs).set({ state: 'canceled' }).where(eq(jobs.id, jobId))
})

test('many runs at once add every transfer up once', async () => {
  for (let users = 0; users < 5; users++) await addSpender()
  await Promise.all(Array.from({ length: 8 }, () => checkBooks({ ctx })))
  expect(await driftsOfWholeHistory()).toEqual([])
  const [walk] = await ctx.db.select().from(ledgerWalk)
  const last = await t.d1.prepare('SELECT max(rowid) AS id FROM transfers').all<{ id: number }>()
  expect(walk?.mark).toBe(last.results[0]?.id)
})
