import { CreateTopUp } from '#lib/contracts/api/wallet.ts'
import { route } from '#lib/platform/route.ts'
import { createTopUp } from '#lib/services/wallet/create-top-up.ts'

export const runtime = 'edge'

export const POST = route({ auth: 'user', body: CreateTopUp }, async ({ ctx, body, request }) =>
  createTopUp({ ctx, input: { ...body, address: request.headers.get('cf-connecting-ip') } }),
)
