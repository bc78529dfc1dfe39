import type { Db } from '#db/client.ts'
import { users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { quotes } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import { USUAL_ACCOUNT_POLICY } from '#lib/core/accounts/account-policy.ts'
import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { planPromo } from '#lib/core/ledger/plan-promo.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { USUAL_SPENDING_POLICY } from '#lib/core/spending/spending-policy.ts'
import type { Payments } from '#lib/providers/payments/port.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { openWallet } from './open-wallet.ts'
import { prepareHold } from './prepare-hold.ts'
import { readBalances } from './read-balances.ts'
import { runBatch } from './run-batch.ts'

export interface TestClock {
  nowMs: number
}

let lastId = 0

/** A context for tests of the books: a real database, a clock that the test moves, and no part that the wallet does not use. */
export function walletCtx(db: Db, options: { clock?: TestClock; payments?: Payments } = {}): Ctx {
  const clock = options.clock ?? { nowMs: 1_800_000_000_000 }
  return {
    db,
    nowMs: () => clock.nowMs,
    newId: (prefix) => {
      lastId += 1
      return `${prefix}_${lastId.toString().padStart(9, '0')}`
    },
    log: () => {},
    settings: {
      appUrl: 'http://localhost:8788',
      callbackSecrets: ['test'],
      claimSecret: 'test',
      runpodEndpointId: 'test',
      gpuClass: 'test',
      gpuModels: [],
      dispatchUnknownMs: 60_000,
      statusMaxAgeMs: 10_000,
      maxQueueWaitMs: 7_200_000,
      minExecutionTimeoutMs: 300_000,
      ttlMarginMs: 60_000,
      holdMarginMs: 600_000,
      retryBackoffMs: 1_000,
      rateLimits: RATE_LIMITS,
      mailFrom: 'test@localhost',
      adminEmails: [],
      accounts: USUAL_ACCOUNT_POLICY,
      spending: USUAL_SPENDING_POLICY,
    },
    storage: absent('storage'),
    compute: absent('compute'),
    payments: options.payments ?? absent('payments'),
    mail: absent('mail'),
  }
}

/** A part that a test never reaches: touching it fails the test. */
function absent<Part extends object>(name: string): Part {
  const refuse = () => {
    throw new Error(`This test has no ${name}`)
  }
  return new Proxy({} as Part, { get: refuse })
}

/** A new user with a wallet; `promoMicros` and `availableMicros` are booked as the product books them. */
export async function addUser(
  ctx: Ctx,
  money: { availableMicros?: number; promoMicros?: number } = {},
): Promise<UserCtx> {
  const userId = ctx.newId('usr')
  await ctx.db.insert(users).values({ id: userId, email: `${userId}@example.test`, createdAtMs: ctx.nowMs() })
  await openWallet({ ctx, input: { userId } })
  const amountMicros = money.availableMicros ?? 0
  const topUpId = ctx.newId('top')
  const paid = { userId, topUpId, paymentIntentId: topUpId, amountMicros, owedMicros: 0 }
  const granted = { userId, grantId: ctx.newId('grant'), amountMicros: money.promoMicros ?? 0 }
  const drafts = [
    ...(paid.amountMicros > 0 ? planTopUp(paid) : []),
    ...(granted.amountMicros > 0 ? planPromo(granted) : []),
  ]
  const booked = await runBatch(ctx, insertTransfers(ctx, drafts))
  if (!booked.ok) throw new Error(booked.constraint)
  return { ...ctx, userId }
}

/** A quote on a video of the user's. */
export async function addQuote(ctx: UserCtx, amountMicros: number): Promise<string> {
  const [assetId, quoteId] = [ctx.newId('ast'), ctx.newId('quo')]
  const createdAtMs = ctx.nowMs()
  await ctx.db.insert(assets).values({
    id: assetId,
    userId: ctx.userId,
    kind: 'uploaded',
    state: 'ready',
    fileName: 'match.mp4',
    objectKey: assetId,
    etag: 'etag',
    bytes: 1,
    contentType: 'video/mp4',
    factsJson: '{}',
    createdAtMs,
  })
  await ctx.db.insert(quotes).values({
    id: quoteId,
    userId: ctx.userId,
    assetId,
    task: 'upscale',
    paramsJson: '{}',
    inputEtag: 'etag',
    factsJson: '{}',
    gpuClass: 'test',
    rateMicrosPerSecond: 100,
    markupBps: 30_000,
    minimumMicros: 0,
    ceilingMicros: amountMicros,
    estimateMicros: amountMicros,
    expectedGpuMs: 1_000,
    executionTimeoutMs: 60_000,
    createdAtMs,
    expiresAtMs: createdAtMs + 900_000,
  })
  return quoteId
}

/** The statements that accept a quote: hold and job in one batch, as the product places them. */
export async function prepareJob(ctx: UserCtx, quoteId: string, amountMicros: number) {
  const jobId = ctx.newId('job')
  const hold = await prepareHold({
    ctx,
    input: { userId: ctx.userId, quoteId, amountMicros, expiresAtMs: ctx.nowMs() + 3_600_000 },
  })
  const [quote] = await ctx.db.query.quotes.findMany({ where: (t, { eq }) => eq(t.id, quoteId) })
  if (!quote) throw new Error('no quote')
  const insertJob = ctx.db.insert(jobs).values({
    id: jobId,
    userId: ctx.userId,
    task: quote.task,
    paramsJson: quote.paramsJson,
    assetId: quote.assetId,
    inputEtag: quote.inputEtag,
    quoteId,
    holdId: hold.holdId,
    state: 'queued',
    createdAtMs: ctx.nowMs(),
    updatedAtMs: ctx.nowMs(),
  })
  return { jobId, holdId: hold.holdId, statements: [...hold.statements, insertJob] }
}

/** A queued job whose hold is placed. */
export async function addJob(ctx: UserCtx, amountMicros: number): Promise<{ jobId: string; holdId: string }> {
  const { statements, ...job } = await prepareJob(ctx, await addQuote(ctx, amountMicros), amountMicros)
  const placed = await runBatch(ctx, statements)
  if (!placed.ok) throw new Error(placed.constraint)
  return job
}

export async function balancesOf(ctx: UserCtx) {
  return (await readBalances({ ctx, input: { userId: ctx.userId } })).balances
}
