import { z } from 'zod'
import { CancelJob } from '#lib/contracts/api/jobs.ts'
import { route } from '#lib/platform/route.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { readJob } from '#lib/services/jobs/read-job.ts'

export const runtime = 'edge'

export const POST = route(
  { auth: 'user', params: z.object({ id: z.string().max(64) }), body: CancelJob },
  async ({ ctx, params, body }) => {
    await cancelJob({ ctx, input: { jobId: params.id, shownPriceMicros: body.shown_price_micros } })
    return readJob({ ctx, input: { jobId: params.id } })
  },
)
