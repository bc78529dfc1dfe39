import { and, eq } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import type { UploadRecord } from './upload-view.ts'

/** Throws AppError `not_found`, also for someone else's. */
export async function findUpload({ ctx, input }: { ctx: UserCtx; input: { uploadId: string } }): Promise<UploadRecord> {
  const [record] = await ctx.db
    .select({ upload: uploads, asset: assets })
    .from(uploads)
    .innerJoin(assets, eq(assets.id, uploads.assetId))
    .where(and(eq(uploads.id, input.uploadId), eq(uploads.userId, ctx.userId)))
  if (!record) throw new AppError('not_found', 'There is no such upload.')
  return record
}

/** As above, and throws AppError `upload_closed` once the upload is complete, aborted or past its time. */
export async function findOpenUpload({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { uploadId: string }
}): Promise<UploadRecord> {
  const record = await findUpload({ ctx, input })
  requireOpen({ ctx, record })
  return record
}

/** Throws AppError `upload_closed` once the upload is complete, given up or past its time. */
export function requireOpen({ ctx, record: { upload } }: { ctx: UserCtx; record: UploadRecord }): void {
  if (upload.state !== 'open' || upload.expiresAtMs <= ctx.nowMs()) throw uploadClosed()
}

export function uploadClosed(cause?: unknown): AppError {
  return new AppError('upload_closed', 'This upload is no longer open. Start it again.', { cause })
}
