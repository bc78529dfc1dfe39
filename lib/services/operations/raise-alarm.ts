import { sql } from 'drizzle-orm'
import { alarms } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * Tells the operator, once per cause: raised again, the same key only counts up, and opens again if it had been resolved.
 * `key` names the cause (`forgotten:<attempt id>`), `kind` groups causes, `message` says what to look at.
 */
export async function raiseAlarm({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { key: string; kind: string; message: string }
}): Promise<void> {
  const nowMs = ctx.nowMs()
  ctx.log('error', `alarm: ${input.message}`, { kind: input.kind, key: input.key })
  await ctx.db
    .insert(alarms)
    .values({ id: ctx.newId('alm'), ...input, raisedAtMs: nowMs, lastSeenAtMs: nowMs })
    .onConflictDoUpdate({
      target: alarms.key,
      set: { message: input.message, lastSeenAtMs: nowMs, count: sql`${alarms.count} + 1`, resolvedAtMs: null },
    })
}
