import type { UserCtx } from '#lib/services/context.ts'
import { findSession } from './find-session.ts'

/** Whether this session of the user's was opened just now, by a link or a provider: it is them, not someone at their unlocked screen. */
export async function isRecentSignIn({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { token: string | null }
}): Promise<boolean> {
  const session = input.token === null ? null : await findSession({ ctx, input: { token: input.token } })
  if (session?.user.id !== ctx.userId) return false
  return session.signedInAtMs > ctx.nowMs() - ctx.settings.accounts.recentSignInMs
}
