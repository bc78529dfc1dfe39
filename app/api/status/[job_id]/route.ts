import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { readJob } from '#lib/services/jobs/read-job.ts'

export const runtime = 'edge'

/** The job, re-read from RunPod when the last read is older than ten seconds. */
export const GET = route({ auth: 'user', params: z.object({ job_id: z.string().max(64) }) }, async ({ ctx, params }) =>
  readJob({ ctx, input: { jobId: params.job_id } }),
)
