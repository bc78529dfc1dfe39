import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { holds, ledgerAccounts, quotes } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { USER_ACCOUNTS, type UserBalances, userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planHold } from '#lib/core/ledger/plan-hold.ts'
import { planPromo } from '#lib/core/ledger/plan-promo.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import type { TransferDraft } from '#lib/core/ledger/transfer-draft.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { prepareHold } from './prepare-hold.ts'
import { prepareSettlement } from './prepare-settlement.ts'
import { readBalances } from './read-balances.ts'
import { runBatch } from './run-batch.ts'

/**
 * Runs random programs of preparing and committing against the real database, next to a model of a wallet that is four numbers. What is
 * prepared is committed later, in another order, twice, at the same time as something else, broken in the middle, or never:
 * everything that several servers, retries and crashes can do.
 */
export type Command = readonly [operation: number, fate: number, pick: number, amount: number]

const PAID_IN = 1_000
const GRANTED = 300
const CEILING = 450
/** Every story begins with a job under way, as most do. */
const START: UserBalances = { available: PAID_IN - (CEILING - GRANTED), held: CEILING, promo: 0, receivable: 0 }
const QUOTES = 3
const PAYMENTS = 3
const PLAYERS_PER_BATCH = 5
/** Equal to what a payment brings, or more: debts that are paid exactly are where splits go wrong. */
const DEBTS = [1, 101, 201, 600]

export interface Player {
  ctx: UserCtx
  /** The first one is used already. */
  quoteIds: string[]
  firstJobId: string
}

interface Prepared {
  statements: BatchItem<'sqlite'>[]
  /** What the commit does to the model; throws when it must not have been possible. */
  apply: () => void
}

interface Job {
  jobId: string
  promoMicros: number
  settled: boolean
}

/** Users with money and quotes, many in few batches. */
export async function addPlayers(ctx: Ctx, count: number): Promise<Player[]> {
  const players: Player[] = []
  for (let made = 0; made < count; made += PLAYERS_PER_BATCH) {
    const group = Array.from({ length: Math.min(PLAYERS_PER_BATCH, count - made) }, () => newPlayer(ctx))
    const result = await runBatch(
      ctx,
      group.flatMap((player) => player.statements),
    )
    if (!result.ok) throw new Error(result.constraint)
    players.push(...group)
  }
  return players
}

function newPlayer(ctx: Ctx): Player & { statements: BatchItem<'sqlite'>[] } {
  const userId = ctx.newId('usr')
  const assetId = ctx.newId('ast')
  const quoteIds = Array.from({ length: QUOTES }, () => ctx.newId('quo'))
  const firstJobId = ctx.newId('job')
  const createdAtMs = ctx.nowMs()
  const asset = { kind: 'uploaded', state: 'ready', fileName: 'match.mp4', etag: 'e', bytes: 1 } as const
  const work = { task: 'upscale', paramsJson: '{}', inputEtag: 'e', factsJson: '{}', gpuClass: 'test' } as const
  const price = { rateMicrosPerSecond: 1, markupBps: 30_000, minimumMicros: 0, estimateMicros: 1 } as const
  const time = { expectedGpuMs: 1, executionTimeoutMs: 1, createdAtMs, expiresAtMs: createdAtMs + 1 } as const
  const payment = { userId, topUpId: userId, paymentIntentId: `start_${userId}`, amountMicros: PAID_IN }
  const statements = [
    ctx.db.insert(users).values({ id: userId, email: `${userId}@example.test`, createdAtMs }),
    ctx.db
      .insert(ledgerAccounts)
      .values(USER_ACCOUNTS.map((kind) => ({ id: userAccountId(userId, kind), userId, kind }))),
    ctx.db.insert(assets).values({
      ...asset,
      id: assetId,
      userId,
      objectKey: assetId,
      contentType: 'video/mp4',
      factsJson: '{}',
      createdAtMs,
    }),
    ...quoteIds.map((id) =>
      ctx.db.insert(quotes).values({ ...work, ...price, ...time, id, userId, assetId, ceilingMicros: CEILING }),
    ),
    ...insertTransfers(ctx, [
      ...planTopUp({ ...payment, owedMicros: 0 }),
      ...planPromo({ userId, grantId: userId, amountMicros: GRANTED }),
    ]),
    ...placeFirstJob(ctx, { userId, quoteId: quoteIds[0] ?? '', jobId: firstJobId }),
  ]
  return { ctx: { ...ctx, userId }, quoteIds, firstJobId, statements }
}

function placeFirstJob(
  ctx: Ctx,
  { userId, quoteId, jobId }: { userId: string; quoteId: string; jobId: string },
): BatchItem<'sqlite'>[] {
  const holdId = ctx.newId('hold')
  const balances = { available: PAID_IN, promo: GRANTED }
  const plan = planHold({ userId, holdId, amountMicros: CEILING, balances })
  if (!plan.ok) throw new Error('the first job cannot be paid')
  const hold = { id: holdId, userId, quoteId, amountMicros: CEILING, promoMicros: plan.promoMicros }
  return [
    ctx.db.insert(holds).values({ ...hold, expiresAtMs: 1, createdAtMs: 1 }),
    ...insertTransfers(ctx, plan.transfers),
    insertJob(ctx, { quoteId, jobId, holdId }),
  ]
}

function insertJob(ctx: Ctx, { quoteId, jobId, holdId }: { quoteId: string; jobId: string; holdId: string }) {
  const nothing = (column: string) => sql<null>`NULL`.as(column)
  return ctx.db.insert(jobs).select(
    ctx.db
      .select({
        id: sql<string>`${jobId}`.as('id'),
        userId: quotes.userId,
        task: quotes.task,
        paramsJson: quotes.paramsJson,
        assetId: quotes.assetId,
        inputEtag: quotes.inputEtag,
        quoteId: sql<string>`${quotes.id}`.as('quote_id'),
        holdId: sql<string>`${holdId}`.as('hold_id'),
        state: sql<'queued'>`'queued'`.as('state'),
        failureCode: nothing('failure_code'),
        failureMessage: nothing('failure_message'),
        requiredOutputsJson: sql<string>`'["video"]'`.as('required_outputs_json'),
        expiresAtMs: nothing('expires_at_ms'),
        createdAtMs: quotes.createdAtMs,
        startedAtMs: nothing('started_at_ms'),
        finishedAtMs: nothing('finished_at_ms'),
        updatedAtMs: sql<number>`1`.as('updated_at_ms'),
      })
      .from(quotes)
      .where(eq(quotes.id, quoteId)),
  )
}

/** One user's story. Throws at the first thing that the model does not allow. */
export class Program {
  readonly #player: Player
  readonly #model = { ...START, frozen: false }
  readonly #kept: Prepared[] = []
  readonly #jobs: Job[] = []
  readonly #usedQuotes = new Set<string>()
  readonly #creditedPayments = new Set<string>()
  #debts = 0

  constructor(player: Player) {
    this.#player = player
    this.#jobs.push({ jobId: player.firstJobId, promoMicros: GRANTED, settled: false })
    this.#usedQuotes.add(player.quoteIds[0] ?? '')
  }

  async run(commands: readonly Command[]): Promise<void> {
    for (const command of commands) await this.#step(command)
    await this.#compare()
  }

  async #step([operation, fate, pick, amount]: Command): Promise<void> {
    if (operation === 0) return this.#freeze(pick % 2 === 0)
    if (operation === 1) return this.#owe(amount)
    const prepared = await this.#prepare(operation, pick, amount)
    if (prepared) await this.#meet(prepared, fate, amount)
  }

  async #prepare(operation: number, pick: number, amount: number): Promise<Prepared | undefined> {
    if (operation <= 3) return this.#prepareTopUp(pick)
    if (operation <= 5) return this.#prepareHold(pick)
    if (operation <= 8) return this.#prepareEnd(pick, amount)
    return this.#kept[pick % Math.max(1, this.#kept.length)]
  }

  async #meet(prepared: Prepared, fate: number, amount: number): Promise<void> {
    const other = this.#kept.at(-1)
    switch (fate) {
      case 0:
      case 1:
        this.#kept.push(prepared)
        return
      case 2:
        await this.#commit(prepared)
        if (await this.#commit(prepared)) throw new Error('the same batch was applied twice')
        return
      case 3:
        await Promise.all([this.#commit(prepared), other && this.#commit(other)])
        return
      case 4:
        await this.#commitBroken(prepared, amount)
        this.#kept.push(prepared)
        return
      default:
        await this.#commit(prepared)
    }
  }

  async #prepareTopUp(pick: number): Promise<Prepared> {
    const { ctx } = this.#player
    const { balances } = await readBalances({ ctx, input: { userId: ctx.userId } })
    const owedMicros = Math.max(0, -balances.receivable)
    const paymentIntentId = `pi_${ctx.userId}_${pick % PAYMENTS}`
    const amountMicros = 1 + (pick % PAYMENTS) * 100
    const plan = planTopUp({ userId: ctx.userId, topUpId: paymentIntentId, paymentIntentId, amountMicros, owedMicros })
    const apply = () => {
      if (this.#creditedPayments.has(paymentIntentId)) throw new Error(`${paymentIntentId} was credited twice`)
      this.#creditedPayments.add(paymentIntentId)
      this.#payIn(amountMicros)
    }
    return { statements: insertTransfers(ctx, plan), apply }
  }

  async #prepareHold(pick: number): Promise<Prepared | undefined> {
    const { ctx, quoteIds } = this.#player
    const quoteId = quoteIds[pick % QUOTES] ?? ''
    const input = { userId: ctx.userId, quoteId, amountMicros: CEILING, expiresAtMs: 1 }
    const hold = await prepareHold({ ctx, input }).catch((error: unknown) => this.#refusal(error))
    if (!hold) return undefined
    const job: Job = { jobId: ctx.newId('job'), promoMicros: hold.promoMicros, settled: false }
    const place = insertJob(ctx, { quoteId, jobId: job.jobId, holdId: hold.holdId })
    const apply = () => {
      if (this.#usedQuotes.has(quoteId)) throw new Error(`${quoteId} was accepted twice`)
      if (this.#model.frozen) throw new Error('a frozen wallet was spent from')
      this.#usedQuotes.add(quoteId)
      this.#jobs.push(job)
      this.#model.promo -= job.promoMicros
      this.#model.available -= CEILING - job.promoMicros
      this.#model.held += CEILING
    }
    return { statements: [...hold.statements, place], apply }
  }

  #refusal(error: unknown): null {
    const { available, promo, frozen } = this.#model
    const code = error instanceof AppError ? error.code : ''
    if (code === 'wallet_frozen' && frozen) return null
    if (code === 'insufficient_funds' && available + promo < CEILING) return null
    throw error
  }

  async #prepareEnd(pick: number, amount: number): Promise<Prepared | undefined> {
    const { ctx } = this.#player
    const job = this.#jobs[pick % Math.max(1, this.#jobs.length)]
    if (!job) return undefined
    const captureMicros = amount % (CEILING + 1)
    const outcome = pick % 2 === 0 ? 'failed' : 'canceled'
    const input = { jobId: job.jobId, fromStates: ['queued'], outcome, captureMicros, gpuMs: 1 } as const
    const cost = { causeAttemptId: `att_${job.jobId}`, gpuCostMicros: 7 }
    const { statements } = await prepareSettlement({ ctx, input: { ...input, ...cost } })
    const end = ctx.db.update(jobs).set({ state: outcome, failureCode: 'timed_out' }).where(eq(jobs.id, job.jobId))
    const apply = () => {
      if (job.settled) throw new Error(`${job.jobId} was settled twice`)
      job.settled = true
      const toPromo = Math.max(0, job.promoMicros - captureMicros)
      this.#model.held -= CEILING
      this.#model.promo += toPromo
      this.#payIn(CEILING - captureMicros - toPromo)
    }
    return { statements: [...statements, end], apply }
  }

  #payIn(micros: number): void {
    const debt = Math.min(-this.#model.receivable, micros)
    this.#model.receivable += debt
    this.#model.available += micros - debt
  }

  async #owe(amount: number): Promise<void> {
    const { ctx } = this.#player
    this.#debts += 1
    const amountMicros = DEBTS[amount % DEBTS.length] ?? 1
    const cause = `${ctx.userId}_${this.#debts}`
    const draft: TransferDraft = {
      kind: 'dispute',
      debitAccountId: userAccountId(ctx.userId, 'receivable'),
      creditAccountId: 'system:stripe_clearing',
      amountMicros,
      causeType: 'dispute',
      causeId: cause,
      idempotencyKey: `dispute:${cause}`,
      holdId: null,
      settlementId: null,
      userId: ctx.userId,
      expects: null,
    }
    const apply = () => {
      this.#model.receivable -= amountMicros
    }
    await this.#commit({ statements: insertTransfers(ctx, [draft]), apply })
  }

  async #freeze(frozen: boolean): Promise<void> {
    const { ctx } = this.#player
    await ctx.db
      .update(users)
      .set({ frozenAtMs: frozen ? 1 : null })
      .where(eq(users.id, ctx.userId))
    this.#model.frozen = frozen
  }

  async #commit({ statements, apply }: Prepared): Promise<boolean> {
    const result = await runBatch(this.#player.ctx, statements)
    if (result.ok) apply()
    else if (CONSTRAINTS[result.constraint].outcome === 'bug') throw new Error(`a race led to ${result.constraint}`)
    return result.ok
  }

  /** The server dies, or the database fails, between two statements: nothing of the batch may remain. */
  async #commitBroken({ statements }: Prepared, amount: number): Promise<void> {
    const at = amount % (statements.length + 1)
    const failure = this.#player.ctx.db.run(sql`SELECT json('{')`)
    const broken = [...statements.slice(0, at), failure, ...statements.slice(at)]
    const end = await runBatch(this.#player.ctx, broken).catch((error: unknown) => String(error))
    if (typeof end === 'string' && !end.includes('malformed JSON')) throw new Error(end)
    if (typeof end !== 'string' && end.ok) throw new Error('a broken batch was applied')
  }

  async #compare(): Promise<void> {
    const { ctx } = this.#player
    const { balances } = await readBalances({ ctx, input: { userId: ctx.userId } })
    for (const account of USER_ACCOUNTS) {
      if (balances[account] === this.#model[account]) continue
      throw new Error(`${account} is ${balances[account]}, the model says ${this.#model[account]}`)
    }
  }
}

/** What must hold for all users together, straight from the tables; every list is empty when all is well. */
export async function brokenRules(ctx: Ctx): Promise<Record<string, unknown[]>> {
  const [endedXorSettled, settlementsOff, holdsOff] = await ctx.db.batch([
    ctx.db.all(sql`SELECT jobs.id FROM jobs LEFT JOIN settlements ON settlements.job_id = jobs.id
      WHERE (jobs.state IN ('succeeded', 'failed', 'canceled')) <> (settlements.id IS NOT NULL)
      OR (settlements.id IS NOT NULL AND settlements.outcome <> jobs.state)`),
    ctx.db.all(sql`SELECT settlements.id FROM settlements JOIN holds ON holds.id = settlements.hold_id
      WHERE capture_micros + release_micros <> holds.amount_micros
      OR capture_micros <> (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE settlement_id = settlements.id AND kind = 'capture')
      OR release_micros <> (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE settlement_id = settlements.id AND kind = 'release')`),
    ctx.db.all(sql`SELECT holds.id FROM holds LEFT JOIN jobs ON jobs.hold_id = holds.id WHERE jobs.id IS NULL
      OR holds.amount_micros <> (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE cause_type = 'hold'
        AND cause_id = holds.id AND kind = 'hold')`),
  ])
  return { endedXorSettled, settlementsOff, holdsOff }
}
