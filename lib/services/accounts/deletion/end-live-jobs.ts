import { and, eq, inArray } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { costSoFar } from '#lib/core/pricing/charge.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { endJob } from '#lib/services/jobs/end-job.ts'
import { loadJobs, ratesOf } from '#lib/services/jobs/job-record.ts'
import { runningTime } from '#lib/services/jobs/running-time.ts'

/** Jobs one call looks at. */
const BATCH = 10

/**
 * Cancels what a closed account still runs and settles it at what it used. A job that is saving its result comes to its end by itself.
 * True when nothing is live any more.
 */
export async function endLiveJobs({ ctx }: { ctx: UserCtx }): Promise<boolean> {
  const live = await liveJobs(ctx)
  for (const record of await loadJobs(ctx, live)) {
    if (record.job.state === 'finalizing') continue
    const billed = runningTime(record, ctx.nowMs())
    await endJob(ctx, {
      record,
      fromStates: ['queued', 'running'],
      outcome: 'canceled',
      captureMicros: costSoFar(ratesOf(record.quote), billed?.gpuMs ?? null),
      billed,
    })
  }
  return live.length === 0 || (await liveJobs(ctx)).length === 0
}

async function liveJobs(ctx: UserCtx): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.userId, ctx.userId), inArray(jobs.state, ['queued', 'running', 'finalizing'])))
    .limit(BATCH)
  return rows.map(({ id }) => id)
}
