import { CreateTopUp } from '#lib/contracts/api/wallet.ts'
import { limitedAddress } from '#lib/core/accounts/limited-address.ts'
import { route } from '#lib/platform/route.ts'
import { createTopUp } from '#lib/services/wallet/create-top-up.ts'

export const runtime = 'edge'

export const POST = route({ auth: 'user', body: CreateTopUp }, async ({ ctx, body, request }) => {
  const ip = request.headers.get('cf-connecting-ip')
  return await createTopUp({ ctx, input: { ...body, address: ip === null ? null : limitedAddress(ip) } })
})
