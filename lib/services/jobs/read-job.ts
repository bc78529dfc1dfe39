import type { JobView } from '#lib/contracts/api/jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { loadJob } from './job-record.ts'
import { jobView } from './job-view.ts'
import { refreshLoaded } from './refresh-job.ts'

/** One of the user's jobs, brought up to date with RunPod when the last read is too old. */
export async function readJob({ ctx, input }: { ctx: UserCtx; input: { jobId: string } }): Promise<JobView> {
  const record = await loadJob(ctx, input.jobId, ctx.userId)
  // Most looks find nothing to ask; then one reading serves.
  const asked = await refreshLoaded({ ctx, record, force: false })
  return jobView({ ctx, record: asked ? await loadJob(ctx, input.jobId, ctx.userId) : record })
}
