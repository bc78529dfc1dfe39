import { and, desc, eq, lt, or } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import type { JobList } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { loadJobs } from './job-record.ts'
import { jobViews } from './job-view.ts'

const PAGE = 20

/** The user's jobs, newest first; of one asset when asked. The cursor is `<created ms>:<id>` of the last one seen. */
export async function listJobs({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { cursor?: string; assetId?: string }
}): Promise<JobList> {
  const rows = await ctx.db
    .select({ id: jobs.id, createdAtMs: jobs.createdAtMs })
    .from(jobs)
    .where(
      and(
        eq(jobs.userId, ctx.userId),
        input.assetId === undefined ? undefined : eq(jobs.assetId, input.assetId),
        input.cursor === undefined ? undefined : olderThan(input.cursor),
      ),
    )
    .orderBy(desc(jobs.createdAtMs), desc(jobs.id))
    .limit(PAGE + 1)
  const page = rows.slice(0, PAGE)
  const records = await loadJobs(
    ctx,
    page.map(({ id }) => id),
    ctx.userId,
  )
  const views = await jobViews({ ctx, records, withSummaries: false })
  const last = page.at(-1)
  return { jobs: views, next_cursor: rows.length > PAGE && last ? `${last.createdAtMs}:${last.id}` : null }
}

function olderThan(cursor: string) {
  const match = /^(\d{1,15}):([a-z0-9_]{1,64})$/.exec(cursor)
  if (!match) throw new AppError('invalid_request', 'cursor: This is not a cursor we gave out.', { field: 'cursor' })
  const createdAtMs = Number(match[1])
  const id = match[2] ?? ''
  return or(lt(jobs.createdAtMs, createdAtMs), and(eq(jobs.createdAtMs, createdAtMs), lt(jobs.id, id)))
}
