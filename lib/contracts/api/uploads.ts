import { z } from 'zod'
import { ErrorBody } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import { IngestResult } from '#lib/contracts/tasks/ingest.ts'

/** Largest file a user may upload: 10,000 parts would allow far more, the retention promise does not. */
export const MAX_UPLOAD_BYTES = 20 * 1024 ** 3
/** All parts but the last have this size (R2 refuses anything else). */
export const MIN_PART_BYTES = 5 * 1024 ** 2
/** How many part URLs one call may ask for. */
export const MAX_PART_URLS = 50
/** Storage policy, in numbers the library page shows. */
export const RETENTION = { originalDays: 30, resultDays: 90, storageLimitBytes: 50 * 1024 ** 3 } as const

export const CreateUpload = z.strictObject({
  file_name: z.string().trim().min(1).max(255),
  bytes: z.number().int().positive(),
  content_type: z.string().max(127).default('application/octet-stream'),
  /** Stable for one local file (name, size, last change), so that a reload finds the unfinished upload again. */
  fingerprint: z.string().min(8).max(128),
})
export type CreateUpload = z.infer<typeof CreateUpload>

export const UploadedPart = z.strictObject({
  part_number: z.number().int().min(1).max(10_000),
  bytes: z.number().int(),
  etag: z.string(),
})

export const UploadView = z.strictObject({
  upload_id: z.string(),
  asset_id: z.string(),
  file_name: z.string(),
  bytes: z.number().int(),
  part_bytes: z.number().int(),
  parts_total: z.number().int(),
  /** Parts the store already has: a resumed upload sends only the others. */
  uploaded_parts: z.array(UploadedPart),
  resumed: z.boolean(),
  expires_at_ms: z.number().int(),
})
export type UploadView = z.infer<typeof UploadView>

export const SignParts = z.strictObject({
  part_numbers: z.array(z.number().int().min(1).max(10_000)).min(1).max(MAX_PART_URLS),
})
export const SignedParts = z.strictObject({
  urls: z.array(z.strictObject({ part_number: z.number().int(), url: z.string() })),
})
export type SignedParts = z.infer<typeof SignedParts>

export const CompleteUpload = z.strictObject({
  parts: z
    .array(z.strictObject({ part_number: z.number().int().min(1).max(10_000), etag: z.string().min(1).max(100) }))
    .min(1)
    .max(10_000),
})

export const ASSET_STATES = ['uploading', 'checking', 'ready', 'rejected', 'deleted'] as const
export const AssetView = z.strictObject({
  id: z.string(),
  kind: z.enum(['uploaded', 'produced']),
  file_name: z.string(),
  state: z.enum(ASSET_STATES),
  /** Why a file was rejected, in plain words. */
  problem: ErrorBody.nullable(),
  facts: MediaFacts.nullable(),
  bytes: z.number().int(),
  created_at_ms: z.number().int(),
  expires_at_ms: z.number().int().nullable(),
  /** Presigned, good for an hour: `url` plays inline, `download_url` saves under the file name. */
  url: z.string().nullable(),
  download_url: z.string().nullable(),
  poster_url: z.string().nullable(),
  /** The job that produced it. */
  job_id: z.string().nullable(),
  /** A version that every browser plays, where the file itself is none. Frame n of it is frame n of the file, at the same time. */
  proxy_url: z.string().nullable(),
  filmstrip: IngestResult.shape.filmstrip.extend({ url: z.string() }).nullable(),
  waveform: IngestResult.shape.waveform.unwrap().extend({ url: z.string() }).nullable(),
  /** How far the free job is that makes those three; null for files that need none. */
  preparation: z.enum(['pending', 'ready', 'failed']).nullable(),
})
export type AssetView = z.infer<typeof AssetView>

export const AssetList = z.strictObject({
  assets: z.array(AssetView),
  /** Unfinished uploads of this user, offered for resuming. */
  open_uploads: z.array(UploadView.omit({ uploaded_parts: true, resumed: true })),
  used_bytes: z.number().int(),
  limit_bytes: z.number().int(),
  next_cursor: z.string().nullable(),
})
export type AssetList = z.infer<typeof AssetList>

export const RenameAsset = z.strictObject({ file_name: z.string().trim().min(1).max(255) })
