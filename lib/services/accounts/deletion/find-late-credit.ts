import { asc, eq, gt, sql } from 'drizzle-orm'
import { accountDeletions } from '#db/schema/accounts.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'

/** Accounts one tick looks at; with more deleted ones than that, each tick goes on where the last one ended. */
const BATCH = 100
const CURSOR = 'closed_credit'

/**
 * Money can come to a closed account at any time: a bank's payment that took days, a refund that the bank sent back. It is booked like any
 * other; this finds it and asks for a person, who sends it back. One alarm per account, however often it is seen.
 */
export async function findLateCredit({ ctx }: { ctx: Ctx }): Promise<{ found: number }> {
  const [cursor] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  const after = cursor?.value ?? ''
  const page = await ctx.db
    .select({
      userId: accountDeletions.userId,
      state: accountDeletions.state,
      availableMicros: ledgerAccounts.balanceMicros,
    })
    .from(accountDeletions)
    .innerJoin(ledgerAccounts, eq(ledgerAccounts.id, sql`${accountDeletions.userId} || ':available'`))
    .where(gt(accountDeletions.userId, after))
    .orderBy(asc(accountDeletions.userId))
    .limit(BATCH)
  const late = page.filter((row) => row.availableMicros > 0 && (row.state === 'awaiting_links' || row.state === 'done'))
  for (const { userId, availableMicros } of late) {
    const message = `The deleted account ${userId} has ${availableMicros} micro-dollars that nobody gave up: pay them back.`
    await raiseAlarm({ ctx, input: { key: `closed_credit:${userId}`, kind: 'closed_account_has_credit', message } })
  }
  await remember(ctx, after, page.length < BATCH ? '' : (page.at(-1)?.userId ?? ''))
  return { found: late.length }
}

async function remember(ctx: Ctx, before: string, value: string): Promise<void> {
  if (value === before) return
  await ctx.db
    .insert(cursors)
    .values({ name: CURSOR, value, updatedAtMs: ctx.nowMs() })
    .onConflictDoUpdate({ target: cursors.name, set: { value, updatedAtMs: ctx.nowMs() } })
}
