import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { readReceipt } from '#lib/services/jobs/read-receipt.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user', params: z.object({ id: z.string().max(64) }) }, async ({ ctx, params }) =>
  readReceipt({ ctx, input: { jobId: params.id } }),
)
