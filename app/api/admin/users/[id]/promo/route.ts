import { z } from 'zod'
import { GrantPromo } from '#lib/contracts/api/spending.ts'
import { route } from '#lib/platform/route.ts'
import { grantPromo } from '#lib/services/spending/grant-promo.ts'

export const runtime = 'edge'

/** The click is the grant: pressed twice, it gives once. */
export const POST = route(
  { auth: 'admin', params: z.object({ id: z.string().max(64) }), body: GrantPromo },
  async ({ ctx, user, params, body }) => {
    const { amount_micros: amountMicros, reason, click_id: clickId } = body
    const input = { grantId: `admin:${clickId}`, userId: params.id, amountMicros, reason, actorId: user.id }
    return { outcome: await grantPromo({ ctx, input: { ...input, kind: 'admin', claimKey: null } }) }
  },
)
