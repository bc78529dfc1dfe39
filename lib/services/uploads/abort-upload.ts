import { and, eq } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findUpload, uploadClosed } from './find-upload.ts'

/**
 * Gives an unfinished upload up and frees what is stored. Repeating it changes nothing, and goes on where a crash cut it short.
 * Throws AppError `not_found`, `upload_closed` once complete.
 */
export async function abortUpload({ ctx, input }: { ctx: UserCtx; input: { uploadId: string } }): Promise<void> {
  // First the row: from here on nobody completes the upload, so that the object deleted below is nobody's.
  await ctx.db
    .update(uploads)
    .set({ state: 'aborting' })
    .where(and(eq(uploads.id, input.uploadId), eq(uploads.userId, ctx.userId), eq(uploads.state, 'open')))
  const { upload, asset } = await findUpload({ ctx, input })
  if (upload.state === 'completed') throw uploadClosed()
  if (upload.state === 'aborted') return
  await ctx.storage.abortMultipart(asset.objectKey, upload.multipartId)
  // There is an object already when the parts were joined and the answer to that was lost.
  await ctx.storage.delete(asset.objectKey)
  await ctx.db.batch([
    ctx.db
      .update(uploads)
      .set({ state: 'aborted' })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'aborting'))),
    ctx.db
      .update(assets)
      .set({ state: 'deleted', deletedAtMs: ctx.nowMs() })
      .where(and(eq(assets.id, asset.id), eq(assets.state, 'uploading'))),
  ])
}
