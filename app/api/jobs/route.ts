import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { listJobs } from '#lib/services/jobs/list-jobs.ts'

export const runtime = 'edge'

const Query = z.strictObject({ cursor: z.string().max(100).optional(), asset_id: z.string().max(64).optional() })

export const GET = route({ auth: 'user', query: Query }, async ({ ctx, query }) =>
  listJobs({ ctx, input: { cursor: query.cursor, assetId: query.asset_id } }),
)
