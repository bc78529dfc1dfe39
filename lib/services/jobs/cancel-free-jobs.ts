import { and, eq, inArray, isNull } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { cancelJob } from './cancel-job.ts'

/** Stops what we do with a video unasked, so that its owner can delete it at once. One that is just being saved is left to end. */
export async function cancelFreeJobs({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<void> {
  const live = await ctx.db
    .select({ id: jobs.id })
    .from(jobs)
    .where(
      and(
        eq(jobs.assetId, input.assetId),
        eq(jobs.userId, ctx.userId),
        isNull(jobs.holdId),
        inArray(jobs.state, ['queued', 'running']),
      ),
    )
  for (const { id } of live) {
    try {
      await cancelJob({ ctx, input: { jobId: id, shownPriceMicros: 0 } })
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'job_finishing' && error.code !== 'job_finished')) throw error
    }
  }
}
