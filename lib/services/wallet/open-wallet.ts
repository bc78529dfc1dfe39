import { ledgerAccounts } from '#db/schema/ledger.ts'
import { USER_ACCOUNTS, userAccountId } from '#lib/core/ledger/accounts.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Gives a user their four accounts. Repeating it changes nothing. */
export async function openWallet({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  const { userId } = input
  const rows = USER_ACCOUNTS.map((kind) => ({ id: userAccountId(userId, kind), userId, kind }))
  await ctx.db.insert(ledgerAccounts).values(rows).onConflictDoNothing()
}
