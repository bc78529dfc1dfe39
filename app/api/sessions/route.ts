import { AppError } from '#lib/contracts/errors.ts'
import { route } from '#lib/platform/route.ts'
import { listSessions } from '#lib/services/accounts/list-sessions.ts'
import { revokeOtherSessions } from '#lib/services/accounts/revoke-other-sessions.ts'
import { readSessionCookie } from '#lib/services/accounts/session-cookie.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx, request }) => {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  return await listSessions({ ctx, input: { token } })
})

/** All but the one that asks. */
export const DELETE = route({ auth: 'user' }, async ({ ctx, request }) => {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  if (token === null) throw new AppError('unauthenticated', 'Sign in first.')
  return { ended: await revokeOtherSessions({ ctx, input: { token } }) }
})
