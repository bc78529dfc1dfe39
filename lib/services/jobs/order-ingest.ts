import { and, eq, type SQL, sql } from 'drizzle-orm'
import { quotes } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import { TASKS, type TaskRequest } from '#lib/contracts/tasks/index.ts'
import { workSeconds } from '#lib/core/pricing/work-seconds.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { refusePausedTask } from '#lib/services/operations/refuse-paused-task.ts'
import { findAsset } from '#lib/services/uploads/find-asset.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { queueDeadlineMs } from './deadlines.ts'
import { dispatchAttempt } from './dispatch-attempt.ts'
import { jobInserts } from './job-inserts.ts'
import { priceQuote } from './price-quote.ts'

const DAY_MS = 24 * 3600 * 1000
/**
 * Free work a user gets a day: videos, and hours of base material (720p at 30 frames a second) that make as much work, because an hour of 8K costs
 * us what 36 of those do. What is beyond waits for the next day; a day in which nothing was prepared takes any one video up to `mostHours`.
 */
export const FREE_INGESTS = { jobsPerDay: 20, hoursPerDay: 40, mostHours: 160 } as const
/** Videos one run of the reconciler looks at. */
const BATCH = 5

const INGEST: TaskRequest = { task: 'ingest', params: {} }

/**
 * Orders the free job that makes a version of a video that browsers play. Free means: no hold; what it costs us is booked as GPU cost, by the
 * rates frozen in a quote that nobody was shown. Does nothing for a video that does not (or no longer) want one; ordering twice makes one job.
 * Throws AppError `rate_limited`, `task_paused`, `not_found`: the video then goes on wanting it, and the reconciler asks again.
 */
export async function orderIngest({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<void> {
  const asset = await findAsset({ ctx, input })
  if (asset.ingest !== 'wanted' || asset.state !== 'ready' || asset.etag === null) return
  const facts = MediaFacts.parse(JSON.parse(asset.factsJson ?? 'null'))
  const ordered = ctx.db.update(assets).set({ ingest: 'ordered' }).where(eq(assets.id, asset.id))
  if (isBeyond(facts)) {
    // Nobody can make a proxy of it; the original stays as usable as it is.
    await ordered
    return
  }
  await refusePausedTask({ ctx, input: INGEST })
  const { row } = await priceQuote(ctx, {
    asset: { id: asset.id, etag: asset.etag },
    request: INGEST,
    facts,
    tracksOutputId: null,
  })
  await refuseBeyondDay(ctx, row.workSeconds ?? 0)
  const expiresAtMs = ctx.nowMs() + queueDeadlineMs(ctx.settings, row) + ctx.settings.holdMarginMs
  const { jobId, attemptIds, statements } = jobInserts(ctx, row, { expiresAtMs })
  // NULL, which the column refuses, when others that were ordered at the same moment have used up the day.
  const factsJson = sql`iif(${withinDay(ctx, row.workSeconds ?? 0)}, ${row.factsJson}, NULL)`
  const placed = await runBatch(ctx, [ctx.db.insert(quotes).values({ ...row, factsJson }), ...statements, ordered])
  if (!placed.ok) {
    if (placed.constraint === 'free_work_used_up') throw beyondDay()
    ctx.log('info', 'this video is being prepared already', { assetId: asset.id, constraint: placed.constraint })
    return
  }
  for (const attemptId of attemptIds) await dispatchAttempt({ ctx, input: { jobId, attemptId } })
}

/** As above, for whom the upload matters and not this: what cannot be ordered now is ordered by the reconciler. */
export async function orderIngestOrWait({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<void> {
  try {
    await orderIngest({ ctx, input })
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal'
    ctx.log(code === 'internal' ? 'error' : 'info', 'preparation waits', { ...input, code, error: String(error) })
  }
}

/**
 * Asks for a preparation that failed once more. Throws AppError `not_found`, and `job_finished` when there is nothing to repeat: none was
 * needed, or one is under way or done.
 */
export async function repeatIngest({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<void> {
  const asset = await findAsset({ ctx, input })
  const unfinished = sql`NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.asset_id = assets.id AND task = 'ingest'
    AND jobs.state NOT IN ('failed', 'canceled'))`
  const wanting = await ctx.db
    .update(assets)
    .set({ ingest: 'wanted' })
    .where(and(eq(assets.id, asset.id), eq(assets.ingest, 'ordered'), unfinished))
    .returning({ id: assets.id })
  if (wanting.length === 0)
    throw new AppError('job_finished', 'This video is prepared, being prepared, or needs no preparation.')
  await orderIngest({ ctx, input })
}

/** Orders what could not be ordered when the video came: after a crash, a pause, or the next day. For the reconciler. */
export async function orderWaitingIngests({ ctx }: { ctx: Ctx }): Promise<{ looked_at: number }> {
  const rows = await ctx.db
    .select({ id: assets.id, userId: assets.userId })
    .from(assets)
    .where(and(sql`ingest = 'wanted'`, eq(assets.state, 'ready')))
    // In no order: whoever is over the daily limit must not stand in the others' way.
    .orderBy(sql`random()`)
    .limit(BATCH)
  for (const { id, userId } of rows) await orderIngestOrWait({ ctx: { ...ctx, userId }, input: { assetId: id } })
  return { looked_at: rows.length }
}

function isBeyond(facts: MediaFacts): boolean {
  const { limits } = TASKS.ingest
  if (facts.duration_s > limits.maxDurationS || facts.width * facts.height > limits.maxInputPixels) return true
  return workSeconds(INGEST, facts) > FREE_INGESTS.mostHours * 3600
}

/** Asked here so that a video that must wait does not use up one of the day's; the batch asks again. */
async function refuseBeyondDay(ctx: UserCtx, workS: number): Promise<void> {
  const rows = await ctx.db.all<{ fits: number }>(sql`SELECT ${withinDay(ctx, workS)} AS fits`)
  if (rows[0]?.fits !== 1) throw beyondDay()
  const limit = { limit: FREE_INGESTS.jobsPerDay, windowMs: DAY_MS }
  await checkRateLimit({ ctx, input: { key: `ingest:${ctx.userId}`, ...limit } })
}

/** Whether so much work fits into what the user's last day left, or is that day's first. */
function withinDay(ctx: UserCtx, workS: number): SQL<number> {
  return sql<number>`(
    SELECT count(*) = 0 OR coalesce(sum(quotes.work_seconds), 0) + ${workS} <= ${FREE_INGESTS.hoursPerDay * 3600}
    FROM jobs JOIN quotes ON quotes.id = jobs.quote_id
    WHERE jobs.user_id = ${ctx.userId} AND jobs.task = 'ingest' AND jobs.created_at_ms > ${ctx.nowMs() - DAY_MS}
  )`
}

const beyondDay = () =>
  new AppError('rate_limited', 'This is more than we prepare for free in a day. It goes on by itself tomorrow.')
