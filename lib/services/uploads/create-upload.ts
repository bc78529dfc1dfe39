import { and, eq } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import { type CreateUpload, MAX_UPLOAD_BYTES, RETENTION, type UploadView } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { cleanFileName } from '#lib/core/uploads/clean-file-name.ts'
import { partBytesFor, partRange, partsTotal } from '#lib/core/uploads/plan-parts.ts'
import type { StoredPart } from '#lib/providers/storage/port.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { abortUpload } from './abort-upload.ts'
import { countOpen, insertUpload, MAX_OPEN_UPLOADS } from './insert-upload.ts'
import { storageUsed } from './storage-used.ts'
import { type UploadRecord, uploadView } from './upload-view.ts'

/** R2 drops unfinished uploads after seven days; ours end a day earlier, so that none ends unexpectedly. */
const UPLOAD_LIFETIME_MS = 6 * 24 * 3600 * 1000
const GIB = 1024 ** 3

/**
 * Opens a multipart upload, or finds the one this local file began earlier, with the parts the store already has.
 * Throws AppError `file_too_large`, `storage_full`, `rate_limited`.
 */
export async function createUpload({ ctx, input }: { ctx: UserCtx; input: CreateUpload }): Promise<UploadView> {
  const resumed = await resumeUpload({ ctx, input })
  if (resumed) return resumed
  if (input.bytes > MAX_UPLOAD_BYTES) {
    throw new AppError('file_too_large', `Files may be up to ${MAX_UPLOAD_BYTES / GIB} GB.`, { field: 'bytes' })
  }
  // Also decided while writing; asked here so that most refusals cost neither the store nor the user's hourly count.
  const refusal = await refusalOf({ ctx, input })
  if (refusal) throw refusal
  await checkRateLimit({ ctx, input: { key: `upload:${ctx.userId}`, ...ctx.settings.rateLimits['upload.user'] } })
  return await openUpload({ ctx, input })
}

async function resumeUpload({ ctx, input }: { ctx: UserCtx; input: CreateUpload }): Promise<UploadView | null> {
  const [record] = await ctx.db
    .select({ upload: uploads, asset: assets })
    .from(uploads)
    .innerJoin(assets, eq(assets.id, uploads.assetId))
    .where(and(eq(uploads.userId, ctx.userId), eq(uploads.fingerprint, input.fingerprint), eq(uploads.state, 'open')))
  if (!record) return null
  const { upload } = record
  const usable = upload.bytes === input.bytes && upload.expiresAtMs > ctx.nowMs()
  const parts = usable ? await storedParts({ ctx, record }) : null
  if (parts) return uploadView(record, parts, true)
  // Another file with the same fingerprint, or an upload the store gave up: the new one takes its place.
  await abortUpload({ ctx, input: { uploadId: upload.id } })
  return null
}

/** null when the store gave the upload up. */
async function storedParts({ ctx, record }: { ctx: UserCtx; record: UploadRecord }): Promise<StoredPart[] | null> {
  const { upload, asset } = record
  const parts = await ctx.storage.listParts(asset.objectKey, upload.multipartId)
  if (parts) return parts
  const joined = await ctx.storage.head(asset.objectKey)
  if (!joined) return null
  // The parts were joined, but the answer to that was lost: nothing is left to send, and completing once more tells the rest.
  return Array.from({ length: partsTotal(upload.bytes, upload.partBytes) }, (_, index) => {
    const { start, end } = partRange(index + 1, upload.bytes, upload.partBytes)
    return { partNumber: index + 1, bytes: end - start, etag: joined.etag }
  })
}

async function openUpload({ ctx, input }: { ctx: UserCtx; input: CreateUpload }): Promise<UploadView> {
  const assetId = ctx.newId('ast')
  const objectKey = `users/${ctx.userId}/assets/${assetId}/source`
  const multipartId = await ctx.storage.createMultipart(objectKey, input.content_type)
  const createdAtMs = ctx.nowMs()
  const { bytes, fingerprint, content_type: contentType } = input
  const asset = { id: assetId, fileName: cleanFileName(input.file_name), objectKey, bytes, contentType, createdAtMs }
  const partBytes = partBytesFor(bytes)
  const expiresAtMs = createdAtMs + UPLOAD_LIFETIME_MS
  const upload = { id: ctx.newId('upl'), multipartId, partBytes, bytes, fingerprint, expiresAtMs }
  try {
    const record = await insertUpload({ ctx, input: { asset, upload } })
    if (!record) throw (await refusalOf({ ctx, input })) ?? tooManyOpen()
    return uploadView(record, [], false)
  } catch (error) {
    await ctx.storage.abortMultipart(objectKey, multipartId)
    // Two tabs opened the same file at once: the index on open fingerprints let one through, and both go on with that.
    const winner = await resumeUpload({ ctx, input })
    if (winner) return winner
    throw error
  }
}

/** What the limits say about one more upload of this size; null when it fits. */
async function refusalOf({ ctx, input }: { ctx: UserCtx; input: CreateUpload }): Promise<AppError | null> {
  if ((await storageUsed({ ctx })) + input.bytes > RETENTION.storageLimitBytes) {
    const limit = RETENTION.storageLimitBytes / GIB
    return new AppError('storage_full', `Your ${limit} GB of storage are full. Delete files you no longer need.`)
  }
  return (await countOpen({ ctx })) >= MAX_OPEN_UPLOADS ? tooManyOpen() : null
}

function tooManyOpen(): AppError {
  const message = `You have ${MAX_OPEN_UPLOADS} unfinished uploads. Finish or cancel one of them first.`
  return new AppError('rate_limited', message)
}
