import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { ASSET_STATES } from '#lib/contracts/api/uploads.ts'
import { users } from './accounts.ts'

/** A stored video a user owns. Its key is made by the server and never changes. */
export const assets = sqliteTable(
  'assets',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind', { enum: ['uploaded', 'produced'] }).notNull(),
    state: text('state', { enum: ASSET_STATES }).notNull(),
    fileName: text('file_name').notNull(),
    objectKey: text('object_key').notNull().unique('assets_key_unique'),
    posterKey: text('poster_key'),
    /** Pinned at confirmation: an object that changes afterwards is refused. */
    etag: text('etag'),
    bytes: integer('bytes').notNull(),
    contentType: text('content_type').notNull(),
    factsJson: text('facts_json'),
    problemCode: text('problem_code'),
    problemMessage: text('problem_message'),
    jobId: text('job_id'),
    /** `wanted` until the free job that makes a version browsers play is ordered. */
    ingest: text('ingest', { enum: ['wanted', 'ordered'] }),
    /** Checks of the file's headers that began and did not come to an end: a file that kills its checker is not tried for ever. */
    checkAttempts: integer('check_attempts').notNull().default(0),
    /** Set while a check runs. */
    checkStartedAtMs: integer('check_started_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
    expiresAtMs: integer('expires_at_ms'),
    deletedAtMs: integer('deleted_at_ms'),
  },
  (t) => [
    index('assets_user').on(t.userId, t.createdAtMs),
    index('assets_expiry').on(t.expiresAtMs),
    /** What the sweep looks for. Queries must say the same literally: SQLite uses a partial index for no parameter. */
    index('assets_checking').on(t.createdAtMs).where(sql`state = 'checking'`),
    index('assets_unpurged').on(t.createdAtMs).where(sql`deleted_at_ms IS NULL AND state IN ('deleted', 'rejected')`),
    index('assets_ingest').on(t.createdAtMs).where(sql`ingest = 'wanted'`),
    index('assets_job').on(t.jobId),
    check(
      'asset_ready_has_facts',
      sql`${t.state} <> 'ready' OR (${t.etag} IS NOT NULL AND ${t.factsJson} IS NOT NULL)`,
    ),
  ],
)

/** A multipart upload in progress. */
export const uploads = sqliteTable(
  'uploads',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    assetId: text('asset_id')
      .notNull()
      .unique('uploads_asset_unique')
      .references(() => assets.id),
    /** `aborting` until the store has freed the parts; completing and signing stop there at once. */
    state: text('state', { enum: ['open', 'completed', 'aborting', 'aborted'] }).notNull(),
    multipartId: text('multipart_id').notNull(),
    partBytes: integer('part_bytes').notNull(),
    bytes: integer('bytes').notNull(),
    fingerprint: text('fingerprint').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (t) => [
    /** One unfinished upload per local file and user: what a reload resumes. */
    uniqueIndex('uploads_open_fingerprint').on(t.userId, t.fingerprint).where(sql`state = 'open'`),
    index('uploads_open_expiry').on(t.expiresAtMs).where(sql`state = 'open'`),
    index('uploads_aborting').on(t.createdAtMs).where(sql`state = 'aborting'`),
    check('upload_part_size', sql`${t.partBytes} >= 5242880`),
  ],
)
