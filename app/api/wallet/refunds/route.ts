import { RequestRefund } from '#lib/contracts/api/refunds.ts'
import { route } from '#lib/platform/route.ts'
import { readRefunds } from '#lib/services/wallet/read-refunds.ts'
import { requestRefund } from '#lib/services/wallet/request-refund.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx }) => readRefunds({ ctx }))

export const POST = route({ auth: 'user', body: RequestRefund }, async ({ ctx, body }) => {
  await requestRefund({ ctx, input: body })
  return await readRefunds({ ctx })
})
