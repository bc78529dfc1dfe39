import { eq } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { USER_ACCOUNTS, type UserBalances } from '#lib/core/ledger/accounts.ts'
import type { Ctx } from '#lib/services/context.ts'

export interface WalletState {
  balances: UserBalances
  frozen: boolean
}

/** The four balances and whether they may be spent, in one read. Throws `not_found` for an unknown or deleted user. */
export async function readBalances({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<WalletState> {
  const rows = await ctx.db
    .select({
      kind: ledgerAccounts.kind,
      balanceMicros: ledgerAccounts.balanceMicros,
      frozenAtMs: users.frozenAtMs,
      deletedAtMs: users.deletedAtMs,
    })
    .from(users)
    .leftJoin(ledgerAccounts, eq(ledgerAccounts.userId, users.id))
    .where(eq(users.id, input.userId))
  const first = rows[0]
  if (!first || first.deletedAtMs !== null) throw new AppError('not_found', 'This account does not exist.')
  const balances: UserBalances = { available: 0, held: 0, promo: 0, receivable: 0 }
  for (const kind of USER_ACCOUNTS) balances[kind] = rows.find((row) => row.kind === kind)?.balanceMicros ?? 0
  return { balances, frozen: first.frozenAtMs !== null }
}
