import { and, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import { RETENTION } from '#lib/contracts/api/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import type { AssetRow } from './asset-view.ts'
import { usedBytes } from './storage-used.ts'
import type { UploadRecord, UploadRow } from './upload-view.ts'

/** Each holds a multipart upload in the store, paid for or not. */
export const MAX_OPEN_UPLOADS = 20

export type NewAsset = Pick<AssetRow, 'id' | 'fileName' | 'objectKey' | 'bytes' | 'contentType' | 'createdAtMs'>
export type NewUpload = Pick<UploadRow, 'id' | 'multipartId' | 'partBytes' | 'bytes' | 'fingerprint' | 'expiresAtMs'>

/**
 * Records an upload, if it fits into the user's storage and open uploads at the moment of writing: calls at once cannot pass together.
 * null when it does not fit. Throws what the database throws when the file's fingerprint is open already.
 */
export async function insertUpload({
  ctx,
  input: { asset, upload },
}: {
  ctx: UserCtx
  input: { asset: NewAsset; upload: NewUpload }
}): Promise<UploadRecord | null> {
  const insertAsset = ctx.db.insert(assets).select(
    ctx.db
      .select(assetColumns(asset))
      .from(users)
      .where(and(eq(users.id, ctx.userId), isNull(users.deletedAtMs), fitsStorage(ctx, asset.bytes), fitsOpen(ctx))),
  )
  const insertIts = ctx.db
    .insert(uploads)
    .select(ctx.db.select(uploadColumns(upload, asset)).from(assets).where(eq(assets.id, asset.id)))
  const [[assetRow], [uploadRow]] = await ctx.db.batch([insertAsset.returning(), insertIts.returning()])
  return assetRow && uploadRow ? { asset: assetRow, upload: uploadRow } : null
}

function fitsStorage(ctx: UserCtx, bytes: number) {
  return lte(usedBytes(ctx), RETENTION.storageLimitBytes - bytes)
}

function fitsOpen(ctx: UserCtx) {
  return lt(sql`${openCount(ctx)}`, MAX_OPEN_UPLOADS)
}

/** How many uploads this user can still go on with. */
export async function countOpen({ ctx }: { ctx: UserCtx }): Promise<number> {
  const [row] = await openCount(ctx)
  return row?.open ?? 0
}

function openCount(ctx: UserCtx) {
  return ctx.db
    .select({ open: sql<number>`count(*)` })
    .from(uploads)
    .where(and(eq(uploads.userId, ctx.userId), sql`state = 'open'`, gt(uploads.expiresAtMs, ctx.nowMs())))
}

/** A value as a column, in the order of the table: an INSERT … SELECT names them all. */
const is = <Value>(value: Value, name: string) => sql<Value>`${value}`.as(name)

function assetColumns(asset: NewAsset) {
  return {
    id: is(asset.id, 'id'),
    userId: users.id,
    kind: is('uploaded' as const, 'kind'),
    state: is('uploading' as const, 'state'),
    fileName: is(asset.fileName, 'file_name'),
    objectKey: is(asset.objectKey, 'object_key'),
    posterKey: is<string | null>(null, 'poster_key'),
    etag: is<string | null>(null, 'etag'),
    bytes: is(asset.bytes, 'bytes'),
    contentType: is(asset.contentType, 'content_type'),
    factsJson: is<string | null>(null, 'facts_json'),
    problemCode: is<string | null>(null, 'problem_code'),
    problemMessage: is<string | null>(null, 'problem_message'),
    jobId: is<string | null>(null, 'job_id'),
    ingest: is<'wanted' | null>(null, 'ingest'),
    checkAttempts: is(0, 'check_attempts'),
    checkStartedAtMs: is<number | null>(null, 'check_started_at_ms'),
    createdAtMs: is(asset.createdAtMs, 'created_at_ms'),
    expiresAtMs: is<number | null>(null, 'expires_at_ms'),
    deletedAtMs: is<number | null>(null, 'deleted_at_ms'),
  }
}

function uploadColumns(upload: NewUpload, asset: NewAsset) {
  return {
    id: is(upload.id, 'id'),
    userId: assets.userId,
    assetId: is(asset.id, 'asset_id'),
    state: is('open' as const, 'state'),
    multipartId: is(upload.multipartId, 'multipart_id'),
    partBytes: is(upload.partBytes, 'part_bytes'),
    bytes: is(upload.bytes, 'bytes'),
    fingerprint: is(upload.fingerprint, 'fingerprint'),
    createdAtMs: is(asset.createdAtMs, 'created_at_ms'),
    expiresAtMs: is(upload.expiresAtMs, 'expires_at_ms'),
  }
}
