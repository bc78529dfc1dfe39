import { and, asc, eq, inArray, isNull, lte } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { abortUpload } from './abort-upload.ts'
import type { AssetRow } from './asset-view.ts'
import { confirmAsset, rejectAsset } from './confirm-asset.ts'
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
 * Finishes what was interrupted and ends what is over: aborts uploads past their time, repeats checks that a crash cut short, deletes
 * files past their retention, and removes objects whose rows are gone. For the reconciler; safe to run at any time and in parallel.
 */
export async function sweepUploads({ ctx }: { ctx: Ctx }): Promise<SweepResult> {
  const nowMs = ctx.nowMs()
  const overdue = await ctx.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.state, 'open'), lte(uploads.expiresAtMs, nowMs)))
    .limit(BATCH)
  const checking = await ctx.db
    .select()
    .from(assets)
    .where(eq(assets.state, 'checking'))
    .orderBy(asc(assets.createdAtMs))
    .limit(BATCH)
  const expired = await ctx.db
    .select()
    .from(assets)
    .where(and(inArray(assets.state, ['ready', 'rejected']), lte(assets.expiresAtMs, nowMs)))
    .orderBy(asc(assets.expiresAtMs))
    .limit(BATCH)
  const unpurged = await ctx.db
    .select()
    .from(assets)
    .where(and(inArray(assets.state, ['deleted', 'rejected']), isNull(assets.deletedAtMs)))
    .limit(BATCH)
  return {
    aborted: await eachOf(ctx, overdue, (owner, row) => abortUpload({ ctx: owner, input: { uploadId: row.id } })),
    checked: await eachOf(ctx, checking, recheck),
    expired: await eachOf(ctx, expired, (owner, row) => deleteAsset({ ctx: owner, input: { assetId: row.id } })),
    purged: await eachOf(ctx, unpurged, (owner, row) => purgeObjects({ ctx: owner, row })),
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
