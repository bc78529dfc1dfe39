import type { UploadView } from '#lib/contracts/api/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findOpenUpload, uploadClosed } from './find-upload.ts'
import { uploadView } from './upload-view.ts'

/** An open upload with the parts the store has. Throws AppError `not_found`, `upload_closed`. */
export async function getUpload({ ctx, input }: { ctx: UserCtx; input: { uploadId: string } }): Promise<UploadView> {
  const record = await findOpenUpload({ ctx, input })
  const parts = await ctx.storage.listParts(record.asset.objectKey, record.upload.multipartId)
  if (!parts) throw uploadClosed()
  return uploadView(record, parts, true)
}
