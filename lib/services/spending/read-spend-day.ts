import { and, eq, gte, sql } from 'drizzle-orm'
import { holds, settlements } from '#db/schema/ledger.ts'
import { spendDay } from '#lib/core/spending/spend-day.ts'
import type { Ctx } from '#lib/services/context.ts'

/** What the jobs a user started today (UTC) cost: settled ones what was captured, open ones all that they may cost. */
export async function readSpentTodayMicros({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<number> {
  const { startsAtMs } = spendDay(ctx.nowMs())
  const [row] = await ctx.db
    .select({ micros: sql<number>`coalesce(sum(coalesce(${settlements.captureMicros}, ${holds.amountMicros})), 0)` })
    .from(holds)
    .leftJoin(settlements, eq(settlements.holdId, holds.id))
    .where(and(eq(holds.userId, input.userId), gte(holds.createdAtMs, startsAtMs)))
  return row?.micros ?? 0
}
