import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { revokeSession } from '#lib/services/accounts/revoke-session.ts'

export const runtime = 'edge'

export const DELETE = route({ auth: 'user', params: z.object({ id: z.string().max(64) }) }, async ({ ctx, params }) => {
  await revokeSession({ ctx, input: { sessionId: params.id } })
  return new Response(null, { status: 204 })
})
