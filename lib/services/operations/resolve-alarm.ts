import { and, eq, isNull } from 'drizzle-orm'
import { alarms } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Its cause is gone. Raised again, the alarm opens again. Repeating it changes nothing. */
export async function resolveAlarm({ ctx, input }: { ctx: Ctx; input: { key: string } }): Promise<void> {
  await ctx.db
    .update(alarms)
    .set({ resolvedAtMs: ctx.nowMs() })
    .where(and(eq(alarms.key, input.key), isNull(alarms.resolvedAtMs)))
}
