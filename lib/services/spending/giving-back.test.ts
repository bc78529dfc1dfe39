import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { jobOutputs, jobs } from '#db/schema/jobs.ts'
import { ledgerAccounts, topUps, transfers } from '#db/schema/ledger.ts'
import { auditLog } from '#db/schema/operations.ts'
import { goodwillRefunds, promoGrants } from '#db/schema/spending.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { readReceipt } from '#lib/services/jobs/read-receipt.ts'
import { checkBooks } from '#lib/services/wallet/check-books.ts'
import { prepareSettlement } from '#lib/services/wallet/prepare-settlement.ts'
import { readStatement } from '#lib/services/wallet/read-statement.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { addJob, addUser, balancesOf, type TestClock, walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { grantFirstVisit } from './grant-first-visit.ts'
import { grantPromo } from './grant-promo.ts'
import { readGoodwill } from './read-goodwill.ts'
import { requestGoodwill } from './request-goodwill.ts'

const DAY_MS = 86_400_000
const LIMITS = { days: 14, count: 3, shareBps: 2_500, floorMicros: 200 }

let t: TestDb
let ctx: Ctx
const clock: TestClock = { nowMs: Date.UTC(2026, 10, 21, 12) }
beforeAll(async () => {
  t = await openTestDb()
  const plain = walletCtx(t.db, { clock })
  ctx = { ...plain, settings: { ...plain.settings, spending: { firstVisitMicros: 500, goodwill: { ...LIMITS } } } }
})
afterAll(() => t.close())

/** A job that finished and cost so much. */
async function finishedJob(user: UserCtx, captureMicros: number): Promise<string> {
  const { jobId } = await addJob(user, captureMicros + 50)
  const set = (state: 'running' | 'finalizing' | 'succeeded') =>
    ctx.db.update(jobs).set({ state, finishedAtMs: ctx.nowMs() }).where(eq(jobs.id, jobId))
  await set('running')
  await set('finalizing')
  const input = { jobId, fromStates: ['finalizing'], outcome: 'succeeded', captureMicros, gpuMs: 1 } as const
  const { statements } = await prepareSettlement({ ctx, input })
  expect(await runBatch(ctx, statements)).toEqual({ ok: true })
  await addProduct(user, jobId)
  await set('succeeded')
  return jobId
}

async function addProduct(user: UserCtx, jobId: string): Promise<void> {
  const [job] = await ctx.db.select().from(jobs).where(eq(jobs.id, jobId))
  const file = { name: 'video', kind: 'video', etag: 'e', bytes: 1, sha256: '', contentType: 'video/mp4' } as const
  await ctx.db.insert(jobOutputs).values({
    id: ctx.newId('out'),
    jobId,
    assetId: job?.assetId ?? '',
    userId: user.userId,
    objectKey: `results/${jobId}`,
    summaryJson: '{}',
    createdAtMs: ctx.nowMs(),
    ...file,
  })
}

const ask = (user: UserCtx, jobId: string) =>
  requestGoodwill({ ctx: user, input: { jobId, reason: 'artifacts', note: 'The ball smears.' } })
const revenue = async () =>
  (await ctx.db.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, 'system:revenue')))[0]?.balanceMicros ?? 0

test('what a job cost comes back to where it came from, promo to promo, once, with its reason and an audit line', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000, promoMicros: 30 })
  const jobId = await finishedJob(user, 100)
  expect(await balancesOf(user)).toMatchObject({ available: 930, promo: 0, held: 0 })
  expect(await readGoodwill({ ctx: user, input: { jobId } })).toMatchObject({
    state: 'offered',
    amount_micros: 100,
    promo_micros: 30,
    left: 3,
  })
  const before = await revenue()
  expect(await ask(user, jobId)).toMatchObject({ state: 'refunded', amount_micros: 100, promo_micros: 30, left: 2 })
  expect(await balancesOf(user)).toMatchObject({ available: 1_000, promo: 30, held: 0 })
  expect(await revenue()).toBe(before - 100)
  await ask(user, jobId)
  expect(await balancesOf(user)).toMatchObject({ available: 1_000, promo: 30 })
  const [row] = await ctx.db.select().from(goodwillRefunds).where(eq(goodwillRefunds.jobId, jobId))
  expect(row).toMatchObject({ reason: 'artifacts', note: 'The ball smears.', amountMicros: 100 })
  const lines = await ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, jobId))
  expect(lines).toMatchObject([{ actorId: user.userId, action: 'job.goodwill' }])
  const { entries } = await readStatement({ ctx: user, input: {} })
  expect(entries[0]).toMatchObject({ kind: 'adjustment', spendable_change_micros: 100, job_id: jobId })
  expect(entries[0]?.label).toContain('not happy')
})

test('twenty who ask for the same job at once get it back once', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const jobId = await finishedJob(user, 100)
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(user, jobId)))
  expect(new Set(answers.map((answer) => answer.state))).toEqual(new Set(['refunded']))
  expect((await balancesOf(user)).available).toBe(1_000)
})

test('asking for five jobs at once gives back as many as the limits allow: the database counts', async () => {
  const user = await addUser(ctx, { availableMicros: 10_000 })
  const jobIds = []
  for (let i = 0; i < 5; i++) jobIds.push(await finishedJob(user, 50))
  const answers = await Promise.allSettled(jobIds.map((jobId) => ask(user, jobId)))
  expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(3)
  for (const answer of answers) {
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'goodwill_refused' })
  }
  expect((await balancesOf(user)).available).toBe(10_000 - 100)
})

test('what goes beyond the share is refused, and a month later there is room again', async () => {
  const user = await addUser(ctx, { availableMicros: 10_000 })
  const [one, two, three] = [await finishedJob(user, 150), await finishedJob(user, 150), await finishedJob(user, 400)]
  await ask(user, one)
  await expect(ask(user, two)).rejects.toMatchObject({ code: 'goodwill_refused', status: 409 })
  expect(await readGoodwill({ ctx: user, input: { jobId: three } })).toMatchObject({ refusal: 'too_much' })
  clock.nowMs += 31 * DAY_MS
  const later = await finishedJob(user, 150)
  expect(await ask(user, later)).toMatchObject({ state: 'refunded' })
  expect(await readGoodwill({ ctx: user, input: { jobId: two } })).toMatchObject({ refusal: 'too_late' })
})

test("other people's jobs, unfinished jobs and frozen wallets give nothing back", async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const other = await addUser(ctx, { availableMicros: 1_000 })
  const jobId = await finishedJob(user, 100)
  await expect(ask(other, jobId)).rejects.toMatchObject({ code: 'not_found' })
  const { jobId: open } = await addJob(user, 10)
  await expect(ask(user, open)).rejects.toMatchObject({ code: 'goodwill_refused' })
  await ctx.db.update(users).set({ frozenAtMs: 1 }).where(eq(users.id, user.userId))
  await expect(ask(user, jobId)).rejects.toMatchObject({ code: 'goodwill_refused' })
})

test('the database refuses to give back anything but the capture of a finished job', async () => {
  const user = await addUser(ctx, { availableMicros: 1_000 })
  const jobId = await finishedJob(user, 100)
  const row = {
    id: ctx.newId('gdw'),
    userId: user.userId,
    jobId,
    promoMicros: 0,
    reason: 'other',
    note: '',
    createdAtMs: 1,
  } as const
  const insert = (change: object) =>
    runBatch(ctx, [ctx.db.insert(goodwillRefunds).values({ ...row, amountMicros: 100, ...change })])
  const refused = { ok: false, constraint: 'goodwill_must_equal_capture' }
  expect(await insert({ amountMicros: 101 })).toEqual(refused)
  expect(await insert({ promoMicros: 1 })).toEqual(refused)
  expect(await insert({ jobId: 'job_of_nobody' })).toEqual(refused)
  expect(await insert({})).toEqual({ ok: true })
})

test('a receipt names the payments a job was paid from, oldest first, and adds up', async () => {
  const user = await addUser(ctx, { availableMicros: 60_000, promoMicros: 30 })
  const paid = async (topUpId: string, createdAtMs: number) => {
    const row = { id: topUpId, userId: user.userId, source: 'checkout', state: 'credited', amountCents: 3 } as const
    const ids = {
      clickId: topUpId,
      paymentIntentId: `pi_${topUpId}`,
      chargeId: `ch_${topUpId}`,
      paidWith: 'Visa •••• 4242',
    }
    await ctx.db.insert(topUps).values({ ...row, ...ids, livemode: false, createdAtMs, updatedAtMs: createdAtMs })
  }
  const [older, newer] = [ctx.newId('top'), ctx.newId('top')]
  await paid(newer, clock.nowMs - 1_000)
  await paid(older, clock.nowMs - 2_000)
  const first = await finishedJob(user, 29_000)
  clock.nowMs += 1
  const second = await finishedJob(user, 4_000)
  const receiptOf = (jobId: string) => readReceipt({ ctx: user, input: { jobId } })
  expect(await receiptOf(first)).toMatchObject({
    captured_micros: 29_000,
    funding: [{ top_up_id: older, part_micros: 28_970, stripe_charge: `ch_${older}`, amount_micros: 30_000 }],
    unfunded: { promo_micros: 30, other_micros: 0 },
    given_back: null,
  })
  expect(await receiptOf(second)).toMatchObject({
    funding: [
      { top_up_id: older, part_micros: 1_030 },
      { top_up_id: newer, part_micros: 2_970 },
    ],
    unfunded: { promo_micros: 0, other_micros: 0 },
  })
  ctx.settings.spending.goodwill.floorMicros = 10_000
  await ask(user, second)
  ctx.settings.spending.goodwill.floorMicros = LIMITS.floorMicros
  const given = await receiptOf(second)
  expect(given.given_back?.amount_micros).toBe(4_000)
  expect(given.transfers.at(-1)).toMatchObject({ kind: 'adjustment', debit: 'revenue', credit: 'available' })
})

test('a grant gives credit once and says who gave it', async () => {
  const user = await addUser(ctx)
  const grant = {
    grantId: ctx.newId('grt'),
    userId: user.userId,
    kind: 'admin',
    claimKey: null,
    amountMicros: 70,
  } as const
  const give = () => grantPromo({ ctx, input: { ...grant, reason: 'A broken render', actorId: 'usr_admin' } })
  expect((await Promise.all([give(), give(), give()])).sort()).toEqual(['already', 'already', 'granted'])
  expect((await balancesOf(user)).promo).toBe(70)
  const lines = await ctx.db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.subjectId, user.userId), eq(auditLog.action, 'promo.grant')))
  expect(lines).toMatchObject([{ actorId: 'usr_admin', detail: '70 micros: A broken render' }])
  await expect(
    grantPromo({ ctx, input: { ...grant, userId: 'usr_none', reason: 'x', actorId: 'a' } }),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a first visit is given something once per mailbox, when the operator gives anything', async () => {
  const visit = async (email: string, from = ctx) => {
    const user = await addUser(ctx)
    await ctx.db.update(users).set({ email }).where(eq(users.id, user.userId))
    await grantFirstVisit({ ctx: from, input: { userId: user.userId } })
    await grantFirstVisit({ ctx: from, input: { userId: user.userId } })
    return (await balancesOf(user)).promo
  }
  expect(await visit('kim.lee@gmail.com')).toBe(500)
  expect(await visit('kimlee+2@googlemail.com')).toBe(0)
  expect(await visit('lee@example.org')).toBe(500)
  expect(await visit('nobody@example.org', walletCtx(t.db, { clock }))).toBe(0)
})

test('a claim cannot be found again by whoever guesses the mailbox and knows no secret of ours', async () => {
  const claimOf = async (secret: string) => {
    const user = await addUser(ctx)
    await ctx.db
      .update(users)
      .set({ email: `guess+${user.userId}@example.org` })
      .where(eq(users.id, user.userId))
    const from = { ...ctx, settings: { ...ctx.settings, claimSecret: secret } }
    await grantFirstVisit({ ctx: from, input: { userId: user.userId } })
    const [grant] = await ctx.db.select().from(promoGrants).where(eq(promoGrants.userId, user.userId))
    return grant?.claimKey
  }
  const [ours, theirs] = [await claimOf('ours'), await claimOf('theirs')]
  expect(ours).toMatch(/^[0-9a-f]{64}$/)
  expect(theirs).toMatch(/^[0-9a-f]{64}$/)
  expect(theirs).not.toBe(ours)
  const unkeyed = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('first_visit:guess@example.org'))
  expect([ours, theirs]).not.toContain(Buffer.from(unkeyed).toString('hex'))
})

test('the books balance after all of it', async () => {
  expect((await checkBooks({ ctx })).drifts.filter((drift) => !drift.includes('still'))).toEqual([])
  expect(await ctx.db.select().from(transfers).where(eq(transfers.causeType, 'goodwill'))).not.toEqual([])
})
