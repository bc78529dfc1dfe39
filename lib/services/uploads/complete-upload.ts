import { and, eq, exists, sql } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { partsTotal } from '#lib/core/uploads/plan-parts.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { confirmAsset } from './confirm-asset.ts'
import { findUpload, requireOpen, uploadClosed } from './find-upload.ts'
import type { UploadRecord } from './upload-view.ts'

interface Parts {
  uploadId: string
  parts: readonly { partNumber: number; etag: string }[]
}

/**
 * Joins the parts and decides what the file is. A repeat after a lost response goes on wherever the first call got to and gives the same
 * answer. The asset comes back `ready`, or `rejected` with its problem.
 * Throws AppError `not_found`, `upload_closed`, `upload_incomplete`, `unavailable` (repeat the call).
 */
export async function completeUpload({ ctx, input }: { ctx: UserCtx; input: Parts }): Promise<AssetView> {
  const record = await findUpload({ ctx, input })
  if (record.upload.state !== 'completed') {
    requireOpen({ ctx, record })
    await joinParts({ ctx, input, record })
  }
  return await confirmAsset({ ctx, input: { assetId: record.asset.id } })
}

async function joinParts({ ctx, input, record }: { ctx: UserCtx; input: Parts; record: UploadRecord }): Promise<void> {
  const { upload, asset } = record
  const parts = inOrder(input.parts, partsTotal(upload.bytes, upload.partBytes))
  try {
    await ctx.storage.completeMultipart(asset.objectKey, upload.multipartId, parts)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'upload_closed') throw error
    // The store no longer knows the upload: either an earlier call joined it and its answer was lost, or it was dropped.
    if (!(await ctx.storage.head(asset.objectKey))) throw error
  }
  await recordJoined({ ctx, record })
}

async function recordJoined({ ctx, record: { upload, asset } }: { ctx: UserCtx; record: UploadRecord }): Promise<void> {
  const completed = and(eq(uploads.id, upload.id), eq(uploads.state, 'completed'))
  const isCompleted = exists(ctx.db.select({ one: sql`1` }).from(uploads).where(completed))
  await ctx.db.batch([
    ctx.db
      .update(uploads)
      .set({ state: 'completed' })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'open'))),
    ctx.db
      .update(assets)
      .set({ state: 'checking' })
      .where(and(eq(assets.id, asset.id), eq(assets.state, 'uploading'), isCompleted)),
  ])
  // Aborted meanwhile: what was joined is deleted by whoever aborts.
  const [current] = await ctx.db.select({ state: uploads.state }).from(uploads).where(eq(uploads.id, upload.id))
  if (current?.state !== 'completed') throw uploadClosed()
}

/** Parts 1 … total, each once, as the store wants them. */
function inOrder(parts: Parts['parts'], total: number): { partNumber: number; etag: string }[] {
  const byNumber = new Map(parts.map((part) => [part.partNumber, part.etag]))
  if (byNumber.size !== total || parts.length !== total) throw incomplete(byNumber.size, total)
  return Array.from({ length: total }, (_, index) => {
    const etag = byNumber.get(index + 1)
    if (etag === undefined) throw incomplete(byNumber.size, total)
    return { partNumber: index + 1, etag }
  })
}

function incomplete(present: number, total: number): AppError {
  return new AppError('upload_incomplete', `${present} of ${total} parts arrived. Resume the upload.`, {
    field: 'parts',
  })
}
