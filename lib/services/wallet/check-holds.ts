import { eq, type SQL, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { holds, settlements, transfers } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'

/** How many holds, and how many settlements, one run looks at; the next goes on after them, and from the start when all are through. */
export const ROWS_PER_RUN = 500

/**
 * Ids of holds without a job or with other transfers than their amount, and of settlements whose transfers are not what they say or whose
 * job ended otherwise. Together with the triggers (`held_moves_with_holds`, `settlement_must_equal_hold`) this is why `held` is the sum of
 * the open holds.
 */
export async function checkHolds({ ctx }: { ctx: Ctx }): Promise<{ holds: string[]; settlements: string[] }> {
  return {
    holds: await nextSlice(ctx, 'books:holds', holdsOff),
    settlements: await nextSlice(ctx, 'books:settlements', settlementsOff),
  }
}

type SliceQuery = (afterRowId: number) => SQL

async function nextSlice(ctx: Ctx, name: string, query: SliceQuery): Promise<string[]> {
  const [cursor] = await ctx.db.select().from(cursors).where(eq(cursors.name, name))
  const rows = await ctx.db.all<{ rowId: number; id: string; off: number }>(query(Number(cursor?.value ?? 0)))
  const last = rows.length === ROWS_PER_RUN ? rows.at(-1) : undefined
  const row = { name, value: String(last?.rowId ?? 0), updatedAtMs: ctx.nowMs() }
  await ctx.db.insert(cursors).values(row).onConflictDoUpdate({ target: cursors.name, set: row })
  return rows.filter((each) => each.off === 1).map((each) => each.id)
}

const LIMIT = sql.raw(String(ROWS_PER_RUN))

export function holdsOff(afterRowId: number): SQL {
  return sql`SELECT hold.rowid AS rowId, hold.id, (
      hold.amount_micros <> (SELECT coalesce(sum(amount_micros), 0) FROM ${transfers}
        WHERE cause_type = 'hold' AND cause_id = hold.id AND kind = 'hold')
      OR NOT EXISTS (SELECT 1 FROM ${jobs} WHERE hold_id = hold.id)
    ) AS off
    FROM ${holds} AS hold WHERE hold.rowid > ${afterRowId} ORDER BY hold.rowid LIMIT ${LIMIT}`
}

export function settlementsOff(afterRowId: number): SQL {
  const booked = (kind: 'capture' | 'release') =>
    sql`(SELECT coalesce(sum(amount_micros), 0) FROM ${transfers} WHERE settlement_id = done.id AND kind = ${sql.raw(`'${kind}'`)})`
  return sql`SELECT done.rowid AS rowId, done.id, (
      capture_micros <> ${booked('capture')} OR release_micros <> ${booked('release')}
      OR capture_micros + release_micros IS NOT (SELECT amount_micros FROM ${holds} WHERE id = done.hold_id)
      OR NOT EXISTS (SELECT 1 FROM ${jobs} WHERE id = done.job_id AND hold_id = done.hold_id
        AND state IN (done.outcome, 'queued', 'running', 'finalizing'))
    ) AS off
    FROM ${settlements} AS done WHERE done.rowid > ${afterRowId} ORDER BY done.rowid LIMIT ${LIMIT}`
}
