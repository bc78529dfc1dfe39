import type { SignedParts } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { partRange, partsTotal } from '#lib/core/uploads/plan-parts.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findOpenUpload } from './find-upload.ts'

const PART_URL_LIFETIME_S = 3600

/** Presigned PUTs for the next parts of an upload, each for exactly its bytes. Throws AppError `not_found`, `upload_closed`, `invalid_request`. */
export async function signParts({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { uploadId: string; partNumbers: readonly number[] }
}): Promise<SignedParts> {
  const { upload, asset } = await findOpenUpload({ ctx, input })
  const total = partsTotal(upload.bytes, upload.partBytes)
  const beyond = input.partNumbers.find((number) => number > total)
  if (beyond !== undefined) {
    throw new AppError('invalid_request', `Part ${beyond} is beyond the last of ${total}.`, { field: 'part_numbers' })
  }
  const urls = await Promise.all(
    input.partNumbers.map(async (partNumber) => {
      const { start, end } = partRange(partNumber, upload.bytes, upload.partBytes)
      const [key, uploadId, lifetimeS] = [asset.objectKey, upload.multipartId, PART_URL_LIFETIME_S]
      return {
        part_number: partNumber,
        url: await ctx.storage.presignPart(key, uploadId, partNumber, lifetimeS, end - start),
      }
    }),
  )
  return { urls }
}
