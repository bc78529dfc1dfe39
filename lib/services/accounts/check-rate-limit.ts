import { sql } from 'drizzle-orm'
import { rateLimits } from '#db/schema/operations.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Ctx } from '#lib/services/context.ts'

export interface RateLimit {
  /** What is limited for whom: `sign_in_mail:<address>`, `top_up:<user id>`. */
  key: string
  /** How many calls one window admits. */
  limit: number
  windowMs: number
}

/**
 * Counts one call in a fixed window and throws AppError `rate_limited` when it is one too many. One statement, so that calls at the same
 * moment are all counted. Calls beyond the limit do not lengthen the wait.
 */
export async function checkRateLimit({ ctx, input }: { ctx: Ctx; input: RateLimit }): Promise<void> {
  const { key, limit, windowMs } = input
  const nowMs = ctx.nowMs()
  const over = sql`${rateLimits.windowStartMs} <= ${nowMs - windowMs}`
  const [row] = await ctx.db
    .insert(rateLimits)
    .values({ key, windowStartMs: nowMs, count: 1 })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`CASE WHEN ${over} THEN 1 ELSE ${rateLimits.count} + 1 END`,
        windowStartMs: sql`CASE WHEN ${over} THEN ${nowMs} ELSE ${rateLimits.windowStartMs} END`,
      },
    })
    .returning()
  if (!row || row.count <= limit) return
  throw tooManyTries(row.windowStartMs + windowMs - nowMs)
}

/** `rate_limited`, with when to come again. */
export function tooManyTries(waitMs: number): AppError {
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000))
  const message = `Too many tries. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`
  return new AppError('rate_limited', message, { retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)) })
}
