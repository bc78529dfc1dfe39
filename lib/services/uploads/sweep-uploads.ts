import { and, asc, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { abortUpload } from './abort-upload.ts'
import type { AssetRow } from './asset-view.ts'
import { CHECK_LASTS_MS, confirmAsset, rejectAsset } from './confirm-asset.ts'
import { deleteAsset, purgeObjects } from './delete-asset.ts'

/** Rows per kind and run: a run must fit into one Worker request. */
const BATCH = 10
const CHECK_GIVES_UP_MS = 24 * 3600 * 1000

export interface SweepResult {
  aborted: number
  checked: number
  expired: number
  purged: number
}

/**
 * Finishes what was interrupted and ends what is over: aborts uploads past their time, deletes files past their retention, removes objects
 * whose rows are gone, and repeats checks that a crash cut short; those last, because a file may be what crashed them.
 * For the reconciler; safe to run at any time and in parallel.
 */
export async function sweepUploads({ ctx }: { ctx: Ctx }): Promise<SweepResult> {
  const queries = sweepQueries({ ctx })
  const abort = (owner: UserCtx, row: { id: string }) => abortUpload({ ctx: owner, input: { uploadId: row.id } })
  const interrupted = await eachOf(ctx, await queries.aborting, abort)
  const overdue = await eachOf(ctx, await queries.overdue, abort)
  return {
    aborted: interrupted + overdue,
    expired: await eachOf(ctx, await queries.expired, (owner, row) =>
      deleteAsset({ ctx: owner, input: { assetId: row.id } }),
    ),
    purged: await eachOf(ctx, await queries.unpurged, (owner, row) => purgeObjects({ ctx: owner, row })),
    checked: await eachOf(ctx, await queries.checking, recheck),
  }
}

/** States are literal: SQLite uses a partial index only where the query says in so many words what the index does. */
export function sweepQueries({ ctx }: { ctx: Ctx }) {
  const nowMs = ctx.nowMs()
  const idle = or(isNull(assets.checkStartedAtMs), lte(assets.checkStartedAtMs, nowMs - CHECK_LASTS_MS))
  const gone = sql`deleted_at_ms IS NULL AND state IN ('deleted', 'rejected')`
  const ended = and(inArray(assets.state, ['ready', 'rejected']), lte(assets.expiresAtMs, nowMs))
  const { db } = ctx
  return {
    aborting: db.select().from(uploads).where(sql`state = 'aborting'`).orderBy(asc(uploads.createdAtMs)).limit(BATCH),
    overdue: db
      .select()
      .from(uploads)
      .where(and(sql`state = 'open'`, lte(uploads.expiresAtMs, nowMs)))
      .limit(BATCH),
    expired: db.select().from(assets).where(ended).orderBy(asc(assets.expiresAtMs)).limit(BATCH),
    unpurged: db.select().from(assets).where(gone).orderBy(asc(assets.createdAtMs)).limit(BATCH),
    checking: db
      .select()
      .from(assets)
      .where(and(sql`state = 'checking'`, idle))
      .orderBy(asc(assets.createdAtMs))
      .limit(BATCH),
  }
}

async function recheck(ctx: UserCtx, row: AssetRow): Promise<void> {
  try {
    await confirmAsset({ ctx, input: { assetId: row.id } })
  } catch (error) {
    if (ctx.nowMs() - row.createdAtMs < CHECK_GIVES_UP_MS) throw error
    const message = 'This file could not be checked. Upload it again.'
    await rejectAsset({ ctx, row, problem: { code: 'corrupt_media', message } })
  }
}

/** Does one after the other, each as its owner; one that fails is left for the next run. Returns how many were done. */
async function eachOf<Row extends { id: string; userId: string }>(
  ctx: Ctx,
  rows: readonly Row[],
  act: (owner: UserCtx, row: Row) => Promise<void>,
): Promise<number> {
  let done = 0
  for (const row of rows) {
    try {
      await act({ ...ctx, userId: row.userId }, row)
      done += 1
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'internal'
      // A file that a job works on outlives its retention; everything else is worth a look.
      if (code !== 'asset_in_use') ctx.log('warn', 'upload sweep left a row', { id: row.id, code })
    }
  }
  return done
}
