import { and, eq } from 'drizzle-orm'
import { sessions } from '#db/schema/accounts.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** Signs one of the user's sessions out at once. Throws AppError `not_found`. */
export async function revokeSession({ ctx, input }: { ctx: UserCtx; input: { sessionId: string } }): Promise<void> {
  const deleted = await ctx.db
    .delete(sessions)
    .where(and(eq(sessions.id, input.sessionId), eq(sessions.userId, ctx.userId)))
    .returning({ id: sessions.id })
  if (deleted.length === 0) throw new AppError('not_found', 'There is no such session.')
}
