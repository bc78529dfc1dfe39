import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { users } from '#db/schema/accounts.ts'
import { jobs } from '#db/schema/jobs.ts'
import { ledgerAccounts, quotes, topUps } from '#db/schema/ledger.ts'
import { walletSettings } from '#db/schema/spending.ts'
import { assets } from '#db/schema/uploads.ts'
import { USER_ACCOUNTS, userAccountId } from '#lib/core/ledger/accounts.ts'
import type { Ctx } from '#lib/services/context.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'

/** What a job may cost, in micros; no whole cents, so that fractions are met everywhere. */
export const CEILING = 45_001
/** With it two jobs may be open at once, and a third if the others cost little. */
export const CAP = 100_000
export const CENTS = [10, 3, 5, 7] as const
const QUOTES = 4
const PLAYERS_PER_BATCH = 5

export interface Player {
  userId: string
  assetId: string
  quoteIds: string[]
  /** Paid one after the other, when the program says so. */
  topUpIds: string[]
  capMicros: number | null
}

/** Users with quotes and opened Checkouts, many in few batches. */
export async function addPlayers(ctx: Ctx, count: number): Promise<Player[]> {
  const players: Player[] = []
  while (players.length < count) {
    const group = Array.from({ length: Math.min(PLAYERS_PER_BATCH, count - players.length) }, (_, index) =>
      newPlayer(ctx, (players.length + index) % 3 === 0 ? CAP : null),
    )
    const result = await runBatch(
      ctx,
      group.flatMap((player) => statements(ctx, player)),
    )
    if (!result.ok) throw new Error(result.constraint)
    players.push(...group)
  }
  return players
}

function newPlayer(ctx: Ctx, capMicros: number | null): Player {
  return {
    userId: ctx.newId('usr'),
    assetId: ctx.newId('ast'),
    quoteIds: Array.from({ length: QUOTES }, () => ctx.newId('quo')),
    topUpIds: CENTS.map(() => ctx.newId('top')),
    capMicros,
  }
}

function statements(ctx: Ctx, { userId, assetId, quoteIds, topUpIds, capMicros }: Player): BatchItem<'sqlite'>[] {
  const createdAtMs = ctx.nowMs()
  const asset = {
    kind: 'uploaded',
    state: 'ready',
    fileName: 'match.mp4',
    etag: 'e',
    bytes: 1,
    factsJson: '{}',
  } as const
  const work = { task: 'upscale', paramsJson: '{}', inputEtag: 'e', factsJson: '{}', gpuClass: 'test' } as const
  const price = { rateMicrosPerSecond: 1, markupBps: 30_000, minimumMicros: 0, estimateMicros: 1 } as const
  const quote = { ...work, ...price, userId, assetId, ceilingMicros: CEILING, expectedGpuMs: 1, executionTimeoutMs: 1 }
  const topUp = { userId, source: 'checkout', state: 'open', livemode: false } as const
  const times = { createdAtMs, updatedAtMs: createdAtMs }
  return [
    ctx.db.insert(users).values({ id: userId, email: `${userId}@example.test`, createdAtMs }),
    ctx.db
      .insert(ledgerAccounts)
      .values(USER_ACCOUNTS.map((kind) => ({ id: userAccountId(userId, kind), userId, kind }))),
    ctx.db
      .insert(assets)
      .values({ ...asset, id: assetId, userId, objectKey: assetId, contentType: 'video/mp4', createdAtMs }),
    ...quoteIds.map((id) => ctx.db.insert(quotes).values({ ...quote, id, createdAtMs, expiresAtMs: createdAtMs + 1 })),
    ...topUpIds.map((id, index) =>
      ctx.db.insert(topUps).values({
        ...topUp,
        ...times,
        id,
        amountCents: CENTS[index] ?? 1,
        clickId: id,
        checkoutSessionId: `cs_${id}`,
      }),
    ),
    ...(capMicros === null
      ? []
      : [ctx.db.insert(walletSettings).values({ userId, spendCapMicros: capMicros, updatedAtMs: createdAtMs })]),
  ]
}

/** The job's row, from its quote. */
export function insertJob(
  ctx: Ctx,
  player: Player,
  { quoteId, jobId, holdId }: { quoteId: string; jobId: string; holdId: string },
) {
  const work = { task: 'upscale', paramsJson: '{}', inputEtag: 'e', assetId: player.assetId } as const
  const times = { createdAtMs: ctx.nowMs(), updatedAtMs: ctx.nowMs() }
  return ctx.db
    .insert(jobs)
    .values({ ...work, ...times, id: jobId, userId: player.userId, quoteId: sql`${quoteId}`, holdId, state: 'queued' })
}
