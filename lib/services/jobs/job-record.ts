import { and, asc, eq, inArray } from 'drizzle-orm'
import { attempts, jobOutputs, jobs, segments } from '#db/schema/jobs.ts'
import { holds, quotes, settlements } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { Rates } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'

export type JobRow = typeof jobs.$inferSelect
export type AttemptRow = typeof attempts.$inferSelect
export type SegmentRow = typeof segments.$inferSelect
export type JobOutputRow = typeof jobOutputs.$inferSelect

/** A job with everything that decides about it. */
export interface JobRecord {
  job: JobRow
  quote: typeof quotes.$inferSelect
  /** Null for a free job. */
  hold: typeof holds.$inferSelect | null
  input: typeof assets.$inferSelect
  settlement: typeof settlements.$inferSelect | null
  segments: SegmentRow[]
  /** Oldest first. */
  attempts: AttemptRow[]
  /** The products of a job that succeeded, by name; deleted ones, too. */
  outputs: JobOutputRow[]
  /** The videos it added to the library, deleted ones, too. */
  produced: (typeof assets.$inferSelect)[]
}

/** Loads a job; with a user id, only that user's (404 otherwise, so that ids of others cannot be probed). */
export async function loadJob(ctx: Ctx, jobId: string, userId?: string): Promise<JobRecord> {
  const [record] = await loadJobs(ctx, [jobId], userId)
  if (!record) throw new AppError('not_found', 'There is no such job.')
  return record
}

/** Loads several jobs in the order of their ids, leaving out those that do not exist; three queries, however many. */
export async function loadJobs(ctx: Ctx, jobIds: string[], userId?: string): Promise<JobRecord[]> {
  // On its own: D1 answers a batch with rows keyed by column name, and these tables share names.
  const headQuery = ctx.db
    .select({ job: jobs, quote: quotes, hold: holds, input: assets, settlement: settlements })
    .from(jobs)
    .innerJoin(quotes, eq(quotes.id, jobs.quoteId))
    .leftJoin(holds, eq(holds.id, jobs.holdId))
    .innerJoin(assets, eq(assets.id, jobs.assetId))
    .leftJoin(settlements, eq(settlements.jobId, jobs.id))
    .where(and(inArray(jobs.id, jobIds), userId === undefined ? undefined : eq(jobs.userId, userId)))
  const partsQuery = ctx.db.batch([
    ctx.db.select().from(segments).where(inArray(segments.jobId, jobIds)).orderBy(asc(segments.position)),
    ctx.db
      .select()
      .from(attempts)
      .where(inArray(attempts.jobId, jobIds))
      .orderBy(asc(attempts.createdAtMs), asc(attempts.number)),
    ctx.db.select().from(jobOutputs).where(inArray(jobOutputs.jobId, jobIds)).orderBy(asc(jobOutputs.name)),
    ctx.db.select().from(assets).where(inArray(assets.jobId, jobIds)),
  ])
  const [heads, [segmentRows, attemptRows, outputRows, producedRows]] = await Promise.all([headQuery, partsQuery])
  return jobIds.flatMap((jobId) => {
    const head = heads.find(({ job }) => job.id === jobId)
    if (!head) return []
    const ofJob = (row: { jobId: string | null }) => row.jobId === jobId
    return [
      {
        ...head,
        segments: segmentRows.filter(ofJob),
        attempts: attemptRows.filter(ofJob),
        outputs: outputRows.filter(ofJob),
        produced: producedRows.filter(ofJob),
      },
    ]
  })
}

/** The video a job is shown by: its only one, or the first of several. */
export function shownOutput({ outputs, produced }: JobRecord): typeof assets.$inferSelect | null {
  const first = outputs.find(({ kind }) => kind === 'video' || kind === 'clip')
  return produced.find(({ id }) => id === first?.assetId) ?? null
}

/** When whatever still runs of a job is given up, ms: its hold's end, or a free job's own. */
export function deadlineMsOf({ job, hold }: JobRecord): number {
  const deadlineMs = hold?.expiresAtMs ?? job.expiresAtMs
  if (deadlineMs === null) throw new Error(`Job ${job.id} has no deadline.`)
  return deadlineMs
}

export function ratesOf(quote: JobRecord['quote']): Rates {
  const { rateMicrosPerSecond, markupBps, minimumMicros, ceilingMicros } = quote
  return { rateMicrosPerSecond, markupBps, minimumMicros, ceilingMicros }
}

export function requestOf(row: { task: string; paramsJson: string }): TaskRequest {
  return TaskRequest.parse({ task: row.task, params: JSON.parse(row.paramsJson) })
}

export function quotedFactsOf(quote: JobRecord['quote']): MediaFacts {
  return MediaFacts.parse(JSON.parse(quote.factsJson))
}
