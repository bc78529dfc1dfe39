import { and, eq, gt, isNull } from 'drizzle-orm'
import { sessions, users } from '#db/schema/accounts.ts'
import type { MeView } from '#lib/contracts/api/account.ts'
import type { Ctx } from '#lib/services/context.ts'
import { hashSessionToken } from './session-token.ts'

/** Whose session a cookie's value opens; null when it is unknown, over, or its account closed. */
export async function findSession({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { token: string }
}): Promise<{ user: MeView; sessionId: string; expiresAtMs: number } | null> {
  const [row] = await ctx.db
    .select({
      user: { id: users.id, email: users.email, name: users.name, role: users.role },
      sessionId: sessions.id,
      expires: sessions.expires,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.sessionToken, await hashSessionToken(input.token)),
        gt(sessions.expires, new Date(ctx.nowMs())),
        isNull(users.deletedAtMs),
      ),
    )
  return row ? { user: row.user, sessionId: row.sessionId, expiresAtMs: row.expires.getTime() } : null
}
