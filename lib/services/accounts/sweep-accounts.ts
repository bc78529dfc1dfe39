import { and, lte } from 'drizzle-orm'
import { sessions, verificationTokens } from '#db/schema/accounts.ts'
import { rateLimits } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'

/** No window is longer; rows also name addresses, which need not be kept. */
const LONGEST_WINDOW_MS = 24 * 3600 * 1000

/** Deletes what is over: login sessions, sign-in links, windows of rate limits. For the reconciler. */
export async function sweepAccounts({ ctx }: { ctx: Ctx }): Promise<void> {
  await ctx.db.batch(sweepStatements({ ctx }))
}

export function sweepStatements({ ctx }: { ctx: Ctx }) {
  const now = new Date(ctx.nowMs())
  const idleSinceMs = ctx.nowMs() - ctx.settings.accounts.sessionIdleMs
  return [
    ctx.db.delete(sessions).where(lte(sessions.expires, now)),
    ctx.db.delete(sessions).where(and(lte(sessions.lastSeenAtMs, idleSinceMs), lte(sessions.createdAtMs, idleSinceMs))),
    ctx.db.delete(verificationTokens).where(lte(verificationTokens.expires, now)),
    ctx.db.delete(rateLimits).where(lte(rateLimits.windowStartMs, ctx.nowMs() - LONGEST_WINDOW_MS)),
  ] as const
}
