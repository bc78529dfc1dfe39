import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { listAssets } from '#lib/services/uploads/list-assets.ts'

export const runtime = 'edge'

const Query = z.strictObject({ cursor: z.string().max(100).optional() })

export const GET = route({ auth: 'user', query: Query }, async ({ ctx, query }) => {
  return await listAssets({ ctx, input: query })
})
