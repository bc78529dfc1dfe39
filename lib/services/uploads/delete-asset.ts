import { and, eq, inArray, isNull, notExists, sql } from 'drizzle-orm'
import { jobOutputs, jobs } from '#db/schema/jobs.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { cancelFreeJobs } from '#lib/services/jobs/cancel-free-jobs.ts'
import { abortUpload } from './abort-upload.ts'
import type { AssetRow } from './asset-view.ts'
import { findAsset } from './find-asset.ts'

/**
 * Deletes a file, and what we began to prepare of it unasked: the row first, in one statement that a job cannot slip past, then the object. Should the store not answer then, the
 * sweep deletes the object later. Throws AppError `not_found`, `asset_in_use` while a job works on it.
 */
export async function deleteAsset({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<void> {
  const row = await findAsset({ ctx, input })
  if (row.state === 'uploading') return await abortItsUpload({ ctx, row })
  await cancelFreeJobs({ ctx, input: { assetId: row.id } })
  const liveJobs = ctx.db
    .select({ one: sql`1` })
    .from(jobs)
    .where(and(eq(jobs.assetId, assets.id), inArray(jobs.state, ['queued', 'running', 'finalizing'])))
  const deleted = await ctx.db
    .update(assets)
    .set({ state: 'deleted' })
    .where(and(eq(assets.id, row.id), eq(assets.userId, ctx.userId), notExists(liveJobs)))
    .returning({ id: assets.id })
  if (deleted.length === 0) {
    throw new AppError('asset_in_use', 'A job is working on this file. Cancel it, or wait until it is done.')
  }
  await purgeObjects({ ctx, row })
}

/** Removes what a `deleted` or `rejected` row still has in the store, with everything that was made of it and belongs to it. */
export async function purgeObjects({ ctx, row }: { ctx: UserCtx; row: AssetRow }): Promise<void> {
  const ofAsset = and(eq(jobOutputs.assetId, row.id), isNull(jobOutputs.deletedAtMs))
  const products = await ctx.db.select({ key: jobOutputs.objectKey }).from(jobOutputs).where(ofAsset)
  const keys = new Set([row.objectKey, row.posterKey, ...products.map(({ key }) => key)])
  for (const key of keys) if (key !== null) await ctx.storage.delete(key)
  const deletedAtMs = ctx.nowMs()
  await ctx.db.batch([
    ctx.db.update(jobOutputs).set({ deletedAtMs }).where(ofAsset),
    ctx.db.update(assets).set({ deletedAtMs }).where(eq(assets.id, row.id)),
  ])
}

async function abortItsUpload({ ctx, row }: { ctx: UserCtx; row: AssetRow }): Promise<void> {
  const [upload] = await ctx.db.select({ id: uploads.id }).from(uploads).where(eq(uploads.assetId, row.id))
  if (upload) await abortUpload({ ctx, input: { uploadId: upload.id } })
}
