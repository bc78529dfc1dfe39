import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { readTopUp } from '#lib/services/wallet/read-top-up.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().min(1).max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) =>
  readTopUp({ ctx, input: { topUpId: params.id } }),
)
