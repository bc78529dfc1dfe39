import { route } from '#lib/platform/route.ts'
import { listSessions } from '#lib/services/accounts/list-sessions.ts'
import { readSessionCookie } from '#lib/services/accounts/session-cookie.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx, request }) => {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  return await listSessions({ ctx, input: { token } })
})
