import { and, eq, ne } from 'drizzle-orm'
import { sessions } from '#db/schema/accounts.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { hashSessionToken } from './session-token.ts'

/** Signs the user out everywhere but in the session that asks. Returns how many sessions that ended. */
export async function revokeOtherSessions({ ctx, input }: { ctx: UserCtx; input: { token: string } }): Promise<number> {
  const deleted = await ctx.db
    .delete(sessions)
    .where(and(eq(sessions.userId, ctx.userId), ne(sessions.sessionToken, await hashSessionToken(input.token))))
    .returning({ id: sessions.id })
  return deleted.length
}
