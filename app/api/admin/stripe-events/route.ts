import { z } from 'zod'
import { StripeEventState } from '#lib/contracts/api/stripe-events.ts'
import { route } from '#lib/platform/route.ts'
import { listStripeEvents } from '#lib/services/wallet/list-stripe-events.ts'

export const runtime = 'edge'

const Query = z.strictObject({ state: StripeEventState.default('failed'), cursor: z.string().max(120).optional() })

export const GET = route({ auth: 'admin', query: Query }, async ({ ctx, query }) =>
  listStripeEvents({ ctx, input: query }),
)
