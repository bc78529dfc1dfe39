import { and, eq } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findUpload, uploadClosed } from './find-upload.ts'

/** Gives an unfinished upload up and frees what is stored. Repeating it changes nothing. Throws AppError `upload_closed` once complete. */
export async function abortUpload({ ctx, input }: { ctx: UserCtx; input: { uploadId: string } }): Promise<void> {
  const { upload, asset } = await findUpload({ ctx, input })
  if (upload.state === 'completed') throw uploadClosed()
  // The store first: were the row closed and this failed, nobody would ever free the parts.
  await ctx.storage.abortMultipart(asset.objectKey, upload.multipartId)
  // There is an object already when the parts were joined and the answer to that was lost.
  await ctx.storage.delete(asset.objectKey)
  await ctx.db.batch([
    ctx.db
      .update(uploads)
      .set({ state: 'aborted' })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'open'))),
    ctx.db
      .update(assets)
      .set({ state: 'deleted', deletedAtMs: ctx.nowMs() })
      .where(and(eq(assets.id, asset.id), eq(assets.state, 'uploading'))),
  ])
}
