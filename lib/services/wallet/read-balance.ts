import { eq } from 'drizzle-orm'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import type { Ctx } from '#lib/services/context.ts'

/** The cached balance of one account, also of a deleted user; 0 for an account that was never opened. */
export async function readBalance({ ctx, input }: { ctx: Ctx; input: { accountId: string } }): Promise<number> {
  const [row] = await ctx.db
    .select({ balanceMicros: ledgerAccounts.balanceMicros })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, input.accountId))
  return row?.balanceMicros ?? 0
}
