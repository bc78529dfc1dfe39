import { z } from 'zod'
import { RequestGoodwill } from '#lib/contracts/api/spending.ts'
import { route } from '#lib/platform/route.ts'
import { readGoodwill } from '#lib/services/spending/read-goodwill.ts'
import { requestGoodwill } from '#lib/services/spending/request-goodwill.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  readGoodwill({ ctx, input: { jobId: params.id } }),
)

export const POST = route({ auth: 'user', params: Params, body: RequestGoodwill }, async ({ ctx, params, body }) =>
  requestGoodwill({ ctx, input: { ...body, jobId: params.id } }),
)
