import { and, desc, eq } from 'drizzle-orm'
import { sessions } from '#db/schema/accounts.ts'
import type { SessionView } from '#lib/contracts/api/account.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { isLiveSession } from './find-session.ts'
import { hashSessionToken } from './session-token.ts'

/** Where this user is signed in, newest first. `token` is the asking session's cookie, to mark it. */
export async function listSessions({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { token: string | null }
}): Promise<SessionView[]> {
  const current = input.token === null ? null : await hashSessionToken(input.token)
  const rows = await ctx.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, ctx.userId), isLiveSession(ctx)))
    .orderBy(desc(sessions.createdAtMs))
  return rows.map((row) => ({
    id: row.id,
    current: row.sessionToken === current,
    user_agent: row.userAgent,
    created_at_ms: row.createdAtMs,
    last_seen_at_ms: Math.max(row.createdAtMs, row.lastSeenAtMs),
    expires_at_ms: row.expires.getTime(),
  }))
}
