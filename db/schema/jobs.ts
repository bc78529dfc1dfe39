import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { ATTEMPT_STATES, JOB_STATES } from '#lib/contracts/api/jobs.ts'
import { PRODUCT_KINDS } from '#lib/contracts/products.ts'
import { users } from './accounts.ts'
import { holds, quotes } from './ledger.ts'
import { assets } from './uploads.ts'

/**
 * A user's request. A priced one owns one hold; what we do unasked and for free (`ingest`) has none and ends by a deadline of its own.
 * Triggers keep the state monotonic and refuse a priced job's end without a settlement, and anyone's success without every product it
 * promised.
 */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    task: text('task').notNull(),
    paramsJson: text('params_json').notNull(),
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id),
    inputEtag: text('input_etag').notNull(),
    quoteId: text('quote_id')
      .notNull()
      .unique('jobs_quote_unique')
      .references(() => quotes.id),
    /** Null for free jobs alone. */
    holdId: text('hold_id')
      .unique('jobs_hold_unique')
      .references(() => holds.id),
    state: text('state', { enum: JOB_STATES }).notNull(),
    failureCode: text('failure_code'),
    failureMessage: text('failure_message'),
    /** Names of the files it must hand over to succeed; a JSON array, never empty, never changed. */
    requiredOutputsJson: text('required_outputs_json').notNull().default('["video"]'),
    /** When a free job is given up; a priced one ends with its hold. */
    expiresAtMs: integer('expires_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
    startedAtMs: integer('started_at_ms'),
    finishedAtMs: integer('finished_at_ms'),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (t) => [
    index('jobs_user').on(t.userId, t.createdAtMs),
    index('jobs_state').on(t.state, t.updatedAtMs),
    index('jobs_asset').on(t.assetId, t.createdAtMs),
    /** Preparing a video twice would be paid twice, by us; one that failed may be tried again. */
    uniqueIndex('jobs_one_ingest').on(t.assetId).where(sql`task = 'ingest' AND state NOT IN ('failed', 'canceled')`),
    check('job_failed_says_why', sql`${t.state} <> 'failed' OR ${t.failureCode} IS NOT NULL`),
    check('job_promises_products', sql`json_array_length(${t.requiredOutputsJson}) > 0`),
    check('job_without_hold_is_ingest', sql`${t.holdId} IS NOT NULL OR ${t.task} = 'ingest'`),
    check('job_has_one_deadline', sql`(${t.holdId} IS NULL) = (${t.expiresAtMs} IS NOT NULL)`),
  ],
)

/**
 * A product of a job, checked by us. It belongs to an asset and goes with it: a video and what shows it to the one it became, data and
 * pictures made of a source to that source, as its analysis. Written with the job's success alone; only its deletion changes it.
 */
export const jobOutputs = sqliteTable(
  'job_outputs',
  {
    id: text('id').primaryKey(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** The worker's name of it: `video`, `clip-001`, `result` … */
    name: text('name').notNull(),
    kind: text('kind', { enum: PRODUCT_KINDS }).notNull(),
    objectKey: text('object_key').notNull(),
    etag: text('etag').notNull(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    contentType: text('content_type').notNull(),
    /** What we found it to be: `ProductSummary` without its kind. */
    summaryJson: text('summary_json').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    deletedAtMs: integer('deleted_at_ms'),
  },
  (t) => [
    uniqueIndex('job_outputs_name_unique').on(t.jobId, t.name),
    uniqueIndex('job_outputs_key_unique').on(t.objectKey),
    index('job_outputs_asset').on(t.assetId, t.kind, t.createdAtMs),
    /** Storage used is summed for every page of the library. */
    index('job_outputs_user').on(t.userId, t.bytes).where(sql`deleted_at_ms IS NULL`),
    check('job_output_has_bytes', sql`${t.bytes} > 0`),
  ],
)

/** A time range of a job's input; short jobs have one that covers everything. */
export const segments = sqliteTable(
  'segments',
  {
    id: text('id').primaryKey(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    position: integer('position').notNull(),
    /** Null for the whole input. */
    startTimeS: real('start_time_s'),
    endTimeS: real('end_time_s'),
  },
  (t) => [uniqueIndex('segments_position_unique').on(t.jobId, t.position)],
)

/** One dispatch of a segment to RunPod; a retry is a new attempt. */
export const attempts = sqliteTable(
  'attempts',
  {
    id: text('id').primaryKey(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    segmentId: text('segment_id')
      .notNull()
      .references(() => segments.id),
    number: integer('number').notNull(),
    state: text('state', { enum: ATTEMPT_STATES }).notNull(),
    endpointId: text('endpoint_id').notNull(),
    runpodJobId: text('runpod_job_id'),
    workerId: text('worker_id'),
    /** Back-off: not dispatched before this. */
    notBeforeMs: integer('not_before_ms').notNull(),
    dispatchedAtMs: integer('dispatched_at_ms'),
    claimedAtMs: integer('claimed_at_ms'),
    statusReadAtMs: integer('status_read_at_ms'),
    endedAtMs: integer('ended_at_ms'),
    progressSeq: integer('progress_seq').notNull().default(-1),
    progressStage: text('progress_stage'),
    progressPercent: real('progress_percent'),
    progressFrame: integer('progress_frame'),
    progressFramesTotal: integer('progress_frames_total'),
    progressFps: real('progress_fps'),
    progressMessage: text('progress_message'),
    progressAtMs: integer('progress_at_ms'),
    /** Keys of the outputs and, for multipart ones, their upload ids: what a verified result is completed and read from. */
    outputTargetsJson: text('output_targets_json'),
    /** The worker's own words, kept until RunPod confirms them. */
    hintJson: text('hint_json'),
    outputJson: text('output_json'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    executionMs: integer('execution_ms'),
    delayMs: integer('delay_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('attempts_job').on(t.jobId),
    uniqueIndex('attempts_number_unique').on(t.segmentId, t.number),
    /** Two live attempts of one segment would be two runs: the database refuses the second. */
    uniqueIndex('attempts_one_live')
      .on(t.segmentId)
      .where(sql`state IN ('created', 'dispatching', 'dispatch_unknown', 'queued', 'running')`),
    uniqueIndex('attempts_runpod_unique').on(t.endpointId, t.runpodJobId),
    index('attempts_state').on(t.state, t.createdAtMs),
    /** Runs whose objects were not yet cleared away. */
    index('attempts_unswept').on(t.createdAtMs).where(sql`output_targets_json IS NOT NULL`),
  ],
)

/** Transitions only: what an admin's timeline shows. */
export const jobEvents = sqliteTable(
  'job_events',
  {
    id: text('id').primaryKey(),
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id),
    attemptId: text('attempt_id'),
    subject: text('subject', { enum: ['job', 'attempt'] }).notNull(),
    event: text('event').notNull(),
    fromState: text('from_state'),
    toState: text('to_state').notNull(),
    detail: text('detail'),
    atMs: integer('at_ms').notNull(),
  },
  (t) => [index('job_events_job').on(t.jobId, t.atMs)],
)
