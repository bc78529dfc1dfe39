import { asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { holds, ledgerAccounts, settlements, transfers } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'

export interface BooksReport {
  accountsChecked: number
  drifts: string[]
}

const CURSOR = 'check_books'
/** How many accounts one run adds up; the next run goes on after them, and from the start when all are through. */
const ACCOUNTS_PER_RUN = 400

/**
 * Compares the books with themselves and raises an alarm for every difference; repairs nothing, because a difference means that something
 * got past the database's own guards. All accounts must sum to zero, each cached balance must be the sum of its transfers, each `held`
 * the sum of the user's open holds, and nothing may be settled and still run.
 */
export async function checkBooks({ ctx }: { ctx: Ctx }): Promise<BooksReport> {
  const { accountsChecked, drifts } = await checkAccounts(ctx)
  const found = [...(await checkTotal(ctx)), ...drifts, ...(await checkSettledJobs(ctx))]
  for (const { key, message } of found) await raiseAlarm({ ctx, input: { key, kind: 'books_drift', message } })
  return { accountsChecked, drifts: found.map((drift) => drift.message) }
}

interface Drift {
  key: string
  message: string
}

async function checkTotal(ctx: Ctx): Promise<Drift[]> {
  const [row] = await ctx.db
    .select({ micros: sql<number>`coalesce(sum(${ledgerAccounts.balanceMicros}), 0)` })
    .from(ledgerAccounts)
  const total = row?.micros ?? 0
  return total === 0
    ? []
    : [{ key: 'books:total', message: `All accounts together are ${total} micros instead of zero.` }]
}

async function checkAccounts(ctx: Ctx): Promise<{ accountsChecked: number; drifts: Drift[] }> {
  const [cursor] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  const rows = await addUp(ctx, cursor?.value ?? '')
  const last = rows.at(-1)
  const value = last && rows.length === ACCOUNTS_PER_RUN ? last.id : ''
  const row = { name: CURSOR, value, updatedAtMs: ctx.nowMs() }
  await ctx.db.insert(cursors).values(row).onConflictDoUpdate({ target: cursors.name, set: row })
  const drifts = rows.flatMap(({ id, kind, balance, booked, openHolds }): Drift[] => [
    ...(balance === booked
      ? []
      : [{ key: `books:balance:${id}`, message: `${id} says ${balance} micros, its transfers say ${booked}.` }]),
    ...(kind !== 'held' || balance === openHolds
      ? []
      : [{ key: `books:held:${id}`, message: `${id} says ${balance} micros, the open holds say ${openHolds}.` }]),
  ])
  return { accountsChecked: rows.length, drifts }
}

/** One statement, so that every number is of the same moment. */
function addUp(ctx: Ctx, afterId: string) {
  const summed = (account: 'credit_account_id' | 'debit_account_id') =>
    sql`(SELECT coalesce(sum(amount_micros), 0) FROM ${transfers} WHERE ${sql.raw(account)} = ${ledgerAccounts}.id)`
  const open = sql<number>`(
    SELECT coalesce(sum(amount_micros), 0) FROM ${holds} WHERE ${holds}.user_id = ${ledgerAccounts}.user_id
      AND NOT EXISTS (SELECT 1 FROM ${settlements} WHERE ${settlements}.hold_id = ${holds}.id)
  )`
  return ctx.db
    .select({
      id: ledgerAccounts.id,
      kind: ledgerAccounts.kind,
      balance: ledgerAccounts.balanceMicros,
      booked: sql<number>`${summed('credit_account_id')} - ${summed('debit_account_id')}`,
      openHolds: open,
    })
    .from(ledgerAccounts)
    .where(gt(ledgerAccounts.id, afterId))
    .orderBy(asc(ledgerAccounts.id))
    .limit(ACCOUNTS_PER_RUN)
}

async function checkSettledJobs(ctx: Ctx): Promise<Drift[]> {
  const rows = await ctx.db
    .select({ id: jobs.id, state: jobs.state })
    .from(jobs)
    .innerJoin(settlements, eq(settlements.jobId, jobs.id))
    .where(inArray(jobs.state, ['queued', 'running', 'finalizing']))
  return rows.map(({ id, state }) => ({
    key: `books:settled:${id}`,
    message: `Job ${id} is settled but still ${state}.`,
  }))
}
