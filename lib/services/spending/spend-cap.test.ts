import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { prepareSettlement } from '#lib/services/wallet/prepare-settlement.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import {
  addJob,
  addQuote,
  addUser,
  balancesOf,
  prepareJob,
  type TestClock,
  walletCtx,
} from '#lib/services/wallet/wallet-fixture.ts'
import { changeWalletSettings } from './change-wallet-settings.ts'
import { readWalletSettings } from './read-wallet-settings.ts'

const NOON_MS = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000

let t: TestDb
const clock: TestClock = { nowMs: NOON_MS }
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

async function capped(capMicros: number): Promise<UserCtx> {
  clock.nowMs = NOON_MS
  const user = await addUser(walletCtx(t.db, { clock }), { availableMicros: 1_000_000 })
  await changeWalletSettings({ ctx: user, input: { spend_cap_micros: capMicros } })
  return user
}

/** Ends a job's hold without its run, which the cap does not look at. */
async function settle(user: UserCtx, jobId: string, captureMicros: number): Promise<void> {
  const input = { jobId, fromStates: ['queued'], outcome: 'canceled', captureMicros, gpuMs: 1 } as const
  const { statements } = await prepareSettlement({ ctx: user, input })
  expect(await runBatch(user, statements)).toEqual({ ok: true })
}

const spentToday = async (user: UserCtx) => (await readWalletSettings({ ctx: user })).spent_today_micros

test('jobs are started up to the cap and not a micro further', async () => {
  const user = await capped(300)
  await addJob(user, 200)
  await expect(addJob(user, 101)).rejects.toMatchObject({ code: 'spend_cap_reached', status: 402 })
  await addJob(user, 100)
  await expect(addJob(user, 1)).rejects.toMatchObject({ code: 'spend_cap_reached' })
  expect(await spentToday(user)).toBe(300)
  expect((await balancesOf(user)).held).toBe(300)
})

test('a settled job counts what it cost, so what comes back can be spent again', async () => {
  const user = await capped(300)
  const { jobId } = await addJob(user, 300)
  await settle(user, jobId, 40)
  expect(await spentToday(user)).toBe(40)
  await addJob(user, 260)
  await expect(addJob(user, 1)).rejects.toMatchObject({ code: 'spend_cap_reached' })
})

test('ten that start at once, and together would pass the cap, start as many as fit: the database counts, not we', async () => {
  const user = await capped(350)
  const quotes = await Promise.all(Array.from({ length: 10 }, () => addQuote(user, 100)))
  const prepared = await Promise.all(quotes.map((quoteId) => prepareJob(user, quoteId, 100)))
  const results = await Promise.all(prepared.map(({ statements }) => runBatch(user, statements)))
  expect(results.filter((result) => result.ok)).toHaveLength(3)
  const refused = results.flatMap((result) => (result.ok ? [] : [result.constraint]))
  expect(new Set(refused)).toEqual(new Set(['spend_cap_reached']))
  expect((await balancesOf(user)).held).toBe(300)
})

test('the day ends at midnight UTC, with jobs of yesterday still open', async () => {
  const user = await capped(300)
  await addJob(user, 300)
  clock.nowMs = Date.UTC(2026, 10, 21, 23, 59, 59, 999)
  await expect(addJob(user, 1)).rejects.toMatchObject({ code: 'spend_cap_reached' })
  expect((await readWalletSettings({ ctx: user })).day_ends_at_ms).toBe(clock.nowMs + 1)
  clock.nowMs += 1
  expect(await spentToday(user)).toBe(0)
  await addJob(user, 300)
})

test('lowering the cap below what was started stops new jobs only; taking it away lets them start', async () => {
  const user = await capped(300)
  const { jobId } = await addJob(user, 300)
  await changeWalletSettings({ ctx: user, input: { spend_cap_micros: 0 } })
  await expect(addJob(user, 1)).rejects.toMatchObject({ code: 'spend_cap_reached' })
  await settle(user, jobId, 300)
  await changeWalletSettings({ ctx: user, input: { spend_cap_micros: null } })
  clock.nowMs += HOUR_MS
  await addJob(user, 500)
})

test("someone else's cap is nobody's business", async () => {
  await addJob(await capped(1_000), 900)
  const other = await addUser(walletCtx(t.db, { clock }), { availableMicros: 10_000 })
  await addJob(other, 5_000)
  expect((await readWalletSettings({ ctx: other })).spend_cap_micros).toBeNull()
})

test('what is left out of a change stays as it was', async () => {
  const user = await capped(300)
  await changeWalletSettings({ ctx: user, input: { low_balance_micros: 20_000 } })
  expect(await changeWalletSettings({ ctx: user, input: {} })).toMatchObject({
    spend_cap_micros: 300,
    low_balance_micros: 20_000,
    card: null,
    auto_top_up: { state: 'off', terms: null },
  })
})
