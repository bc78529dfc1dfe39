import { and, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm'
import { sessions, users } from '#db/schema/accounts.ts'
import type { MeView } from '#lib/contracts/api/account.ts'
import type { Ctx } from '#lib/services/context.ts'
import { hashSessionToken } from './session-token.ts'

/** How exactly it is known when a session was last used: finer would be a write per request. */
export const SEEN_EVERY_MS = 5 * 60_000

export interface FoundSession {
  user: MeView
  sessionId: string
  signedInAtMs: number
  expiresAtMs: number
}

/** Whose session a cookie's value opens; null when it is unknown, over, unused for too long, or its account closed. */
export async function findSession({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { token: string }
}): Promise<FoundSession | null> {
  const [row] = await ctx.db
    .select({
      user: { id: users.id, email: users.email, name: users.name, role: users.role },
      sessionId: sessions.id,
      expires: sessions.expires,
      createdAtMs: sessions.createdAtMs,
      lastSeenAtMs: sessions.lastSeenAtMs,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.sessionToken, await hashSessionToken(input.token)),
        isLiveSession(ctx),
        isNull(users.deletedAtMs),
      ),
    )
  if (!row) return null
  if (row.lastSeenAtMs <= ctx.nowMs() - SEEN_EVERY_MS) await markSeen(ctx, row.sessionId)
  return {
    user: row.user,
    sessionId: row.sessionId,
    signedInAtMs: row.createdAtMs,
    expiresAtMs: row.expires.getTime(),
  }
}

/** Neither past its end nor unused for too long. */
export function isLiveSession(ctx: Ctx): SQL | undefined {
  const idleSinceMs = ctx.nowMs() - ctx.settings.accounts.sessionIdleMs
  const used = or(gt(sessions.lastSeenAtMs, idleSinceMs), gt(sessions.createdAtMs, idleSinceMs))
  return and(gt(sessions.expires, new Date(ctx.nowMs())), used)
}

/** Should it fail, the next request does it. */
async function markSeen(ctx: Ctx, sessionId: string): Promise<void> {
  const nowMs = ctx.nowMs()
  const stale = and(eq(sessions.id, sessionId), lte(sessions.lastSeenAtMs, nowMs - SEEN_EVERY_MS))
  try {
    await ctx.db.update(sessions).set({ lastSeenAtMs: nowMs }).where(stale)
  } catch (error) {
    ctx.log('warn', 'the use of a session was not noted', { sessionId, error: String(error) })
  }
}
