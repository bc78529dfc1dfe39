import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { replayStripeEvent } from '#lib/services/wallet/replay-stripe-event.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().min(1).max(128) })

export const POST = route({ auth: 'admin', params: Params }, async ({ ctx, params }) =>
  replayStripeEvent({ ctx, input: { eventId: params.id } }),
)
