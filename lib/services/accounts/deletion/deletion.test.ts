import { readFileSync } from 'node:fs'
import { eq, is, sql } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { schema } from '#db/client.ts'
import { accountDeletions, sessions, users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { disputes, ledgerAccounts, quotes, refunds, settlements, topUps, transfers } from '#db/schema/ledger.ts'
import { alarms, auditLog, rateLimits } from '#db/schema/operations.ts'
import { savedCards } from '#db/schema/spending.ts'
import { assets } from '#db/schema/uploads.ts'
import { planPromo } from '#lib/core/ledger/plan-promo.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { type JobWorld, openJobWorld, STARTING_MICROS } from '#lib/local/test-jobs.ts'
import { findSession } from '#lib/services/accounts/find-session.ts'
import { hashSessionToken, newSessionToken } from '#lib/services/accounts/session-token.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { acceptQuote } from '#lib/services/jobs/accept-quote.ts'
import { reconcileJobs } from '#lib/services/jobs/reconcile-jobs.ts'
import { sweepRunObjects } from '#lib/services/jobs/sweep-run-objects.ts'
import { createUpload } from '#lib/services/uploads/create-upload.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { deleteAccount } from './delete-account.ts'
import { previewDeletion } from './preview-deletion.ts'
import { advanceDeletion, LINKS_LAST_MS, openDeletions, reconcileDeletions } from './reconcile-deletions.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())
beforeEach(() => world.healRunpod())

interface Member {
  ctx: UserCtx
  assetId: string
  assetKey: string
  email: string
  token: string
}

let members = 0

/** Someone with ten dollars, a clip and a session opened just now. */
async function newMember(): Promise<Member> {
  members += 1
  const email = `leaver_${members}@example.com`
  const player = await world.newPlayer()
  const { userId } = player.ctx
  await world.ctx.db.update(users).set({ email, name: 'Ada Leaver' }).where(eq(users.id, userId))
  return { ...player, email, token: await openSession(player.ctx) }
}

async function openSession(ctx: UserCtx): Promise<string> {
  const token = newSessionToken()
  await ctx.db.insert(sessions).values({
    sessionToken: await hashSessionToken(token),
    id: ctx.newId('ses'),
    userId: ctx.userId,
    expires: new Date(ctx.nowMs() + ctx.settings.accounts.sessionLastsMs),
    createdAtMs: ctx.nowMs(),
    lastSeenAtMs: ctx.nowMs(),
  })
  return token
}

const confirm = (member: Member, input: { email?: string; forfeit_micros?: number } = {}) =>
  deleteAccount({
    ctx: member.ctx,
    input: { email: member.email, forfeit_micros: STARTING_MICROS, token: member.token, ...input },
  })

const stateOf = async ({ ctx }: { ctx: UserCtx }) =>
  (await ctx.db.select().from(accountDeletions).where(eq(accountDeletions.userId, ctx.userId)))[0]?.state ?? 'open'

const storedOf = (member: Member) => world.services.storedKeys(`users/${member.ctx.userId}/`)

async function balancesOf({ ctx }: { ctx: UserCtx }): Promise<Record<string, number>> {
  const rows = await ctx.db.select().from(ledgerAccounts).where(eq(ledgerAccounts.userId, ctx.userId))
  return Object.fromEntries(rows.map((row) => [row.kind, row.balanceMicros]))
}

/** Every text of every table in which the needle stands: `table.column`. */
async function placesOf(needle: string): Promise<string[]> {
  const places: string[] = []
  for (const table of Object.values(schema).filter((value) => is(value, SQLiteTable))) {
    const { name, columns } = getTableConfig(table)
    for (const column of columns.filter((candidate) => candidate.getSQLType() === 'text')) {
      const found = sql`SELECT 1 FROM ${sql.identifier(name)} WHERE instr(lower(${sql.identifier(column.name)}), ${needle.toLowerCase()}) > 0 LIMIT 1`
      if ((await world.ctx.db.all(found)).length > 0) places.push(`${name}.${column.name}`)
    }
  }
  return places
}

/** Lets every link end and the sweep of runs pass, then brings all deletions to their end. */
async function aDayLater(): Promise<void> {
  world.services.advance(LINKS_LAST_MS + 60_000)
  for (let swept = -1; swept !== 0; ) swept = (await sweepRunObjects({ ctx: world.ctx })).swept
  for (let ticks = 0; (await openDeletions({ ctx: world.ctx })).length > 0; ticks++) {
    if (ticks > 20) throw new Error('a deletion does not come to its end')
    expect((await reconcileDeletions({ ctx: world.ctx })).failed).toBe(0)
  }
}

test('an account is closed at once and gone from storage; its books stay and balance', async () => {
  const member = await newMember()
  const { ctx } = member
  const { userId } = ctx
  expect(await storedOf(member)).toHaveLength(1)
  await confirm(member)
  expect(await findSession({ ctx, input: { token: member.token } })).toBeNull()
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  expect(user).toMatchObject({ email: `deleted:${userId}`, name: null, deletedAtMs: expect.any(Number) })
  expect(await advanceDeletion({ ctx })).toBe('awaiting_links')
  expect(await storedOf(member)).toEqual([])
  expect(await balancesOf(member)).toEqual({ available: 0, held: 0, promo: 0, receivable: 0 })
  expect(await world.booksBalance()).toBe(true)
  await aDayLater()
  expect(await stateOf(member)).toBe('done')
  expect(await ctx.db.select().from(transfers).where(eq(transfers.userId, userId))).toHaveLength(2)
  const audit = await ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, userId))
  expect(audit).toMatchObject([{ action: 'account_deleted', actorId: userId }])
  const mails = await world.services.mailsTo(member.email)
  expect(mails.map((mail) => mail.subject)).toEqual(['Your ReelBallers account is deleted'])
})

test('nothing in the database holds the address, the name or what its owner wrote', async () => {
  const member = await newMember()
  const { ctx } = member
  const secret = 'Number 9 Zlatko'
  await ctx.db.update(users).set({ name: secret }).where(eq(users.id, ctx.userId))
  await ctx.db.insert(rateLimits).values({ key: `sign_in_mail:${member.email}`, windowStartMs: ctx.nowMs(), count: 1 })
  const jobId = await world.startJob(member)
  const params = JSON.stringify({ clips: [{ label: secret, notes: `for ${member.email}` }], model: 'kept' })
  await ctx.db.update(jobs).set({ paramsJson: params }).where(eq(jobs.id, jobId))
  await ctx.db.update(quotes).set({ paramsJson: params }).where(eq(quotes.userId, ctx.userId))
  await ctx.db
    .update(assets)
    .set({ fileName: `${secret}.mp4`, problemMessage: secret })
    .where(eq(assets.userId, ctx.userId))
  await world.quote({ ...member }).catch(() => undefined)
  expect((await placesOf(member.email)).sort()).toEqual(
    ['jobs.params_json', 'quotes.params_json', 'rate_limits.key', 'users.email'].sort(),
  )
  expect(await placesOf(secret)).toContain('assets.file_name')
  await confirm(member)
  await reconcileDeletions({ ctx: world.ctx })
  expect(await placesOf(member.email)).toEqual([])
  expect(await placesOf(secret)).toEqual([])
  const [job] = await ctx.db.select().from(jobs).where(eq(jobs.id, jobId))
  expect(JSON.parse(job?.paramsJson ?? '')).toEqual({
    clips: [{ label: '[removed]', notes: '[removed]' }],
    model: 'kept',
  })
  await aDayLater()
})

test('a running job is canceled and paid for, a queued one costs nothing, and the rest of the hold is given up', async () => {
  const member = await newMember()
  const { ctx } = member
  const running = await world.startJob(member)
  await world.claim(await world.take())
  const queued = await world.startJob(member)
  world.services.advance(3000)
  const preview = await previewDeletion({ ctx, input: { token: member.token } })
  expect(preview).toMatchObject({ live_jobs: 2, files: 1, blocks: [], signed_in_recently: true })
  expect(preview.available_micros + preview.held_micros).toBe(STARTING_MICROS)
  await confirm(member, { forfeit_micros: preview.available_micros + preview.held_micros + preview.promo_micros })
  await reconcileDeletions({ ctx: world.ctx })
  const ended = await ctx.db.select().from(settlements)
  const of = (jobId: string) => ended.find((row) => row.jobId === jobId)
  expect(of(running)).toMatchObject({ outcome: 'canceled', captureMicros: expect.any(Number) })
  expect(of(running)?.captureMicros).toBeGreaterThan(0)
  expect(of(queued)).toMatchObject({ outcome: 'canceled', captureMicros: 0 })
  expect(await balancesOf(member)).toEqual({ available: 0, held: 0, promo: 0, receivable: 0 })
  expect(await world.booksBalance()).toBe(true)
  expect((await world.runpodJobs()).slice(-2).map((job) => job.status)).toEqual(['CANCELLED', 'CANCELLED'])
  await aDayLater()
  expect(await stateOf(member)).toBe('done')
})

test('a job that is saving its result comes to its own end first', async () => {
  const member = await newMember()
  const jobId = await world.startJob(member)
  const run = await world.take()
  await world.claim(run)
  await world.uploadResult(run)
  await world.services.db.d1.prepare(`UPDATE jobs SET state = 'finalizing' WHERE id = '${jobId}'`).run()
  await confirm(member)
  expect(await advanceDeletion({ ctx: member.ctx })).toBe('ending_jobs')
  expect((await world.record(jobId)).settlement).toBeNull()
  // Whatever was saving it died: the hold ends, and with it the job.
  world.services.advance(4 * 3_600_000)
  await reconcileJobs({ ctx: world.ctx })
  expect((await world.record(jobId)).job.state).toBe('failed')
  expect(await advanceDeletion({ ctx: member.ctx })).toBe('awaiting_links')
  expect(await storedOf(member)).toEqual([])
  await aDayLater()
})

test('what a slow worker stores afterwards is gone a day later', async () => {
  const member = await newMember()
  await world.startJob(member)
  const run = await world.take()
  await world.claim(run)
  await confirm(member)
  await advanceDeletion({ ctx: member.ctx })
  expect(await storedOf(member)).toEqual([])
  await world.uploadResult(run)
  expect(await storedOf(member)).toHaveLength(1)
  expect(await stateOf(member)).toBe('awaiting_links')
  await aDayLater()
  expect([await stateOf(member), await storedOf(member)]).toEqual(['done', []])
})

test('an unfinished upload is aborted, and no new one can begin', async () => {
  const member = await newMember()
  const { ctx } = member
  const file = { file_name: 'half.mp4', bytes: 20_000_000, content_type: 'video/mp4', fingerprint: 'half-of-a-match' }
  await createUpload({ ctx, input: file })
  await confirm(member)
  await reconcileDeletions({ ctx: world.ctx })
  expect(await placesOf('half-of-a-match')).toEqual([])
  await expect(createUpload({ ctx, input: { ...file, fingerprint: 'another' } })).rejects.toThrow()
  await aDayLater()
})

test('who was admitted before the account closed can spend nothing afterwards', async () => {
  const member = await newMember()
  const quoteId = await world.quote(member)
  await confirm(member)
  await expect(acceptQuote({ ctx: member.ctx, input: { quote_id: quoteId } })).rejects.toMatchObject({
    code: 'not_found',
  })
  await aDayLater()
  expect(await world.booksBalance()).toBe(true)
})

test('of two confirmations at once one closes the account, and both say so', async () => {
  const member = await newMember()
  const second = { ...member, token: await openSession(member.ctx) }
  const outcomes = await Promise.allSettled([confirm(member), confirm(second)])
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
  const rows = await member.ctx.db.select().from(accountDeletions).where(eq(accountDeletions.userId, member.ctx.userId))
  expect(rows).toHaveLength(1)
  expect(await world.services.mailsTo(member.email)).toHaveLength(1)
  await aDayLater()
})

test('an old sign-in, another address or less credit than there is deletes nothing', async () => {
  const member = await newMember()
  const { ctx } = member
  await expect(confirm(member, { email: 'someone.else@example.com' })).rejects.toMatchObject({
    code: 'invalid_request',
  })
  await expect(confirm(member, { forfeit_micros: STARTING_MICROS - 1 })).rejects.toMatchObject({ code: 'credit_left' })
  const other = await newMember()
  await expect(
    deleteAccount({ ctx, input: { email: member.email, forfeit_micros: STARTING_MICROS, token: other.token } }),
  ).rejects.toMatchObject({ code: 'sign_in_again' })
  world.services.advance(ctx.settings.accounts.recentSignInMs + 1000)
  expect((await previewDeletion({ ctx, input: { token: member.token } })).signed_in_recently).toBe(false)
  await expect(confirm(member)).rejects.toMatchObject({ code: 'sign_in_again' })
  expect(await findSession({ ctx, input: { token: member.token } })).toMatchObject({ user: { email: member.email } })
  expect(await stateOf(member)).toBe('open')
  expect(await balancesOf(member)).toMatchObject({ available: STARTING_MICROS })
})

const OPEN_MATTERS: {
  block: string
  open: (member: Member) => Promise<unknown>
  close: (member: Member) => Promise<unknown>
}[] = [
  {
    block: 'dispute_open',
    open: ({ ctx }) =>
      ctx.db.insert(disputes).values({
        id: ctx.newId('dis'),
        userId: ctx.userId,
        stripeDisputeId: `dp_${ctx.userId}`,
        chargeId: 'ch_1',
        status: 'needs_response',
        amountMicros: 1,
        createdAtMs: ctx.nowMs(),
        updatedAtMs: ctx.nowMs(),
      }),
    close: ({ ctx }) => ctx.db.update(disputes).set({ state: 'won' }).where(eq(disputes.userId, ctx.userId)),
  },
  {
    block: 'dispute_open',
    open: ({ ctx }) => ctx.db.update(users).set({ frozenAtMs: 1 }).where(eq(users.id, ctx.userId)),
    close: ({ ctx }) => ctx.db.update(users).set({ frozenAtMs: null }).where(eq(users.id, ctx.userId)),
  },
  {
    block: 'debt',
    open: ({ ctx }) => move(ctx, `${ctx.userId}:receivable`, 'system:stripe_clearing'),
    close: ({ ctx }) => move(ctx, 'system:stripe_clearing', `${ctx.userId}:receivable`),
  },
  {
    block: 'payment_pending',
    open: (member) => insertTopUp(member, 'processing'),
    close: ({ ctx }) => ctx.db.update(topUps).set({ state: 'failed' }).where(eq(topUps.userId, ctx.userId)),
  },
  {
    block: 'refund_pending',
    open: async (member) => {
      const { ctx } = member
      const topUpId = await insertTopUp(member, 'credited')
      await ctx.db.insert(refunds).values({
        id: ctx.newId('ref'),
        userId: ctx.userId,
        topUpId,
        state: 'pending',
        amountMicros: 1,
        createdAtMs: ctx.nowMs(),
        updatedAtMs: ctx.nowMs(),
      })
    },
    close: ({ ctx }) => ctx.db.update(refunds).set({ state: 'succeeded' }).where(eq(refunds.userId, ctx.userId)),
  },
  {
    block: 'last_admin',
    open: ({ ctx }) => ctx.db.update(users).set({ role: 'admin' }).where(eq(users.id, ctx.userId)),
    close: async () => {
      const { userId } = await world.services.newUser()
      await world.ctx.db.update(users).set({ role: 'admin' }).where(eq(users.id, userId))
    },
  },
]

async function insertTopUp({ ctx }: Member, state: 'processing' | 'credited'): Promise<string> {
  const id = ctx.newId('top')
  const at = { createdAtMs: ctx.nowMs(), updatedAtMs: ctx.nowMs() }
  const row = {
    id,
    userId: ctx.userId,
    source: 'checkout' as const,
    state,
    amountCents: 500,
    clickId: id,
    livemode: false,
  }
  await ctx.db.insert(topUps).values({ ...row, ...at })
  return id
}

async function move(ctx: UserCtx, debitAccountId: string, creditAccountId: string): Promise<void> {
  const id = ctx.newId('transfer')
  const fixed = {
    kind: 'adjustment' as const,
    amountMicros: 100,
    causeType: 'admin',
    causeId: id,
    createdAtMs: ctx.nowMs(),
  }
  await ctx.db
    .insert(transfers)
    .values({ ...fixed, id: `${id}.1`, debitAccountId, creditAccountId, idempotencyKey: id })
}

test.each(OPEN_MATTERS)(
  '$block keeps an account from being deleted until it is settled',
  async ({ block, open, close }) => {
    const member = await newMember()
    await open(member)
    expect((await previewDeletion({ ctx: member.ctx, input: { token: member.token } })).blocks).toEqual([block])
    const code = block === 'last_admin' ? 'last_admin' : 'account_not_deletable'
    await expect(confirm(member)).rejects.toMatchObject({ code })
    expect(await findSession({ ctx: member.ctx, input: { token: member.token } })).not.toBeNull()
    await close(member)
    await confirm(member)
    expect(await stateOf(member)).toBe('ending_jobs')
    await aDayLater()
  },
)

test('money that comes afterwards is booked and not taken: an alarm asks for a person', async () => {
  const member = await newMember()
  const { userId } = member.ctx
  await runBatch(
    member.ctx,
    insertTransfers(member.ctx, planPromo({ userId, grantId: `g_${userId}`, amountMicros: 70 })),
  )
  await confirm(member, { forfeit_micros: STARTING_MICROS + 70 })
  await advanceDeletion({ ctx: member.ctx })
  expect(await balancesOf(member)).toMatchObject({ available: 0, promo: 0 })
  const late = {
    userId,
    topUpId: 'top_late',
    paymentIntentId: `pi_late_${userId}`,
    amountMicros: 5_000_000,
    owedMicros: 0,
  }
  await runBatch(member.ctx, insertTransfers(member.ctx, planTopUp(late)))
  await aDayLater()
  expect(await balancesOf(member)).toMatchObject({ available: 5_000_000 })
  expect(await stateOf(member)).toBe('done')
  expect(await alarmsOf(member)).toHaveLength(1)
  expect(await world.booksBalance()).toBe(true)
})

const alarmsOf = ({ ctx }: Member) =>
  ctx.db
    .select()
    .from(alarms)
    .where(eq(alarms.key, `closed_credit:${ctx.userId}`))

test('money that comes long after the end is found, too', async () => {
  const member = await newMember()
  const { userId } = member.ctx
  await confirm(member)
  await aDayLater()
  await reconcileDeletions({ ctx: world.ctx })
  expect(await alarmsOf(member)).toEqual([])
  const late = { userId, topUpId: 'top_l8', paymentIntentId: `pi_l8_${userId}`, amountMicros: 5_000_000, owedMicros: 0 }
  await runBatch(member.ctx, insertTransfers(member.ctx, planTopUp(late)))
  await reconcileDeletions({ ctx: world.ctx })
  expect(await alarmsOf(member)).toMatchObject([{ kind: 'closed_account_has_credit' }])
})

test('cards that were kept are gone in the end, and hold the end up only until Stripe forgot them', async () => {
  const member = await newMember()
  const ofMember = eq(savedCards.userId, member.ctx.userId)
  const card = (id: string, state: 'removed' | 'active') => ({
    id: `${id}_${member.ctx.userId}`,
    userId: member.ctx.userId,
    paymentMethodId: `pm_${id}_${member.ctx.userId}`,
    state,
    brand: 'visa',
    last4: '4242',
    expMonth: 1,
    expYear: 2030,
    createdAtMs: 1,
  })
  await world.ctx.db.insert(savedCards).values([card('before', 'removed'), card('last', 'active')])
  await confirm(member)
  expect((await world.ctx.db.select().from(savedCards).where(ofMember)).map(({ state }) => state).sort()).toEqual([
    'removed',
    'removing',
  ])
  world.services.advance(LINKS_LAST_MS + 60_000)
  for (let swept = -1; swept !== 0; ) swept = (await sweepRunObjects({ ctx: world.ctx })).swept
  expect(await advanceDeletion({ ctx: member.ctx })).toBe('awaiting_links')
  await world.ctx.db.update(savedCards).set({ state: 'removed' }).where(ofMember)
  expect(await advanceDeletion({ ctx: member.ctx })).toBe('done')
  expect(await world.ctx.db.select().from(savedCards).where(ofMember)).toEqual([])
})

test('the reconciler finds what is open by index, oldest first, and one that cannot be finished keeps no other waiting', async () => {
  const plan = await world.ctx.db.all<{ detail: string }>(
    sql`EXPLAIN QUERY PLAN ${openDeletions({ ctx: world.ctx }).getSQL()}`,
  )
  expect(plan[0]?.detail).toMatch(/USING INDEX account_deletions_open/)
  const stuck = await newMember()
  const fine = await newMember()
  await confirm(stuck)
  world.services.advance(1000)
  await confirm(fine)
  await world.services.spoilStore({ match: { method: 'DELETE' }, action: 'status', times: 3 })
  const first = await reconcileDeletions({ ctx: world.ctx })
  expect(first.failed).toBeGreaterThanOrEqual(1)
  await aDayLater()
  expect([await stateOf(stuck), await stateOf(fine)]).toEqual(['done', 'done'])
})

test('a deletion that dies before or after any write of any step ends alike', async () => {
  let survived = false
  for (let dieAt = 1; !survived; dieAt++) {
    const member = await newMember()
    await world.startJob(member)
    await world.claim(await world.take())
    const file = { file_name: 'half.mp4', bytes: 20_000_000, content_type: 'video/mp4', fingerprint: member.ctx.userId }
    await createUpload({ ctx: member.ctx, input: file })
    await confirm(member)
    for (const when of ['before', 'after'] as const) {
      const doomed = dyingCtx(member.ctx, dieAt, when)
      survived = await advanceDeletion({ ctx: doomed.ctx }).then(
        () => !doomed.died(),
        () => false,
      )
    }
    expect(await advanceDeletion({ ctx: member.ctx })).toBe('awaiting_links')
    expect(await storedOf(member)).toEqual([])
    expect(await balancesOf(member)).toEqual({ available: 0, held: 0, promo: 0, receivable: 0 })
    expect(await placesOf(member.email)).toEqual([])
    if (dieAt > 60) throw new Error('the deletion has more steps than this test thinks')
  }
  expect(await world.booksBalance()).toBe(true)
  await aDayLater()
})

/** A context whose n-th call to the outside (store or database write) does not come back: it was made, or it was not. */
function dyingCtx(ctx: UserCtx, dieAt: number, when: 'before' | 'after') {
  const clock = { calls: 0, died: false }
  const guard = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (clock.died) throw new Error('dead')
      clock.calls += 1
      const dies = clock.calls === dieAt
      if (dies) clock.died = true
      if (dies && when === 'before') throw new Error('died before')
      const result = await call(...args)
      if (dies) throw new Error('died after')
      return result
    }
  }
  const storage = {
    ...ctx.storage,
    delete: guard(ctx.storage.delete.bind(ctx.storage)),
    abortMultipart: guard(ctx.storage.abortMultipart.bind(ctx.storage)),
  }
  const db = new Proxy(ctx.db, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (name !== 'batch' || typeof value !== 'function') return value
      return guard((...args: unknown[]) => Promise.resolve(Reflect.apply(value, target, args)))
    },
  })
  return { ctx: { ...ctx, storage, db }, died: () => clock.died }
}

test('the page of decisions names this test’s failures', () => {
  const page = readFileSync(new URL('../../../../docs/decisions/014-accounts.md', import.meta.url), 'utf8')
  for (const failure of ['confirmation', 'a step', 'a worker', 'money that arrives afterwards'])
    expect(page).toContain(failure)
})
