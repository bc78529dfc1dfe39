import type { MeView } from '#lib/contracts/api/account.ts'
import { findSession } from '#lib/services/accounts/find-session.ts'
import { readSessionCookie } from '#lib/services/accounts/session-cookie.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Who made the request; null when nobody is signed in. */
export async function readSignedIn(ctx: Ctx, request: Request): Promise<MeView | null> {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  const session = token ? await findSession({ ctx, input: { token } }) : null
  return session?.user ?? null
}
