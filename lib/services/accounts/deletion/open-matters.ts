import { and, eq, exists, inArray, isNotNull, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { users } from '#db/schema/accounts.ts'
import { ledgerAccounts, refunds, topUps } from '#db/schema/ledger.ts'
import { DELETION_BLOCKS, type DeletionBlock } from '#lib/contracts/api/account.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Why the account of a row of `users` cannot be deleted: conditions for the read that explains and the write that refuses. */
export function openMatters(ctx: Ctx): Record<DeletionBlock, SQL> {
  const { db } = ctx
  const one = { one: sql`1` }
  const others = alias(users, 'others')
  const owes = and(
    eq(ledgerAccounts.userId, users.id),
    eq(ledgerAccounts.kind, 'receivable'),
    lt(ledgerAccounts.balanceMicros, 0),
  )
  const isRefunding = and(eq(refunds.userId, users.id), inArray(refunds.state, ['requested', 'pending']))
  const isOnItsWay = or(
    eq(topUps.state, 'processing'),
    and(eq(topUps.source, 'auto'), inArray(topUps.state, ['created', 'open'])),
  )
  const isPaying = and(eq(topUps.userId, users.id), isOnItsWay)
  const otherAdmins = db
    .select(one)
    .from(others)
    .where(
      and(sql`others.role <> 'user'`, eq(others.role, 'admin'), ne(others.id, users.id), isNull(others.deletedAtMs)),
    )
  return {
    // A trigger keeps a user frozen while a dispute of theirs is open.
    dispute_open: isNotNull(users.frozenAtMs),
    debt: exists(db.select(one).from(ledgerAccounts).where(owes)),
    refund_pending: exists(db.select(one).from(refunds).where(isRefunding)),
    payment_pending: exists(db.select(one).from(topUps).where(isPaying)),
    last_admin: sql`(${eq(users.role, 'admin')} AND NOT ${exists(otherAdmins)})`,
  }
}

/** What keeps this user's account from being deleted right now. */
export async function readOpenMatters({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { userId: string }
}): Promise<DeletionBlock[]> {
  const matters = openMatters(ctx)
  const columns = Object.fromEntries(DELETION_BLOCKS.map((block) => [block, sql<number>`${matters[block]}`.as(block)]))
  const [row] = await ctx.db
    .select(columns)
    .from(users)
    .where(inArray(users.id, [input.userId]))
  return DELETION_BLOCKS.filter((block) => row?.[block] === 1)
}
