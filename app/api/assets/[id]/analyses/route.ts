import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { listAnalyses } from '#lib/services/jobs/list-analyses.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  listAnalyses({ ctx, input: { assetId: params.id } }),
)
