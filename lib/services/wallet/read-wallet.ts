import { eq } from 'drizzle-orm'
import { walletTotals } from '#db/schema/ledger.ts'
import type { WalletView } from '#lib/contracts/api/wallet.ts'
import { owedMicros } from '#lib/core/ledger/accounts.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readBalances } from './read-balances.ts'

/** What the signed-in user has, has in open holds, owes and has spent so far. */
export async function readWallet({ ctx }: { ctx: UserCtx }): Promise<WalletView> {
  const { balances, frozen } = await readBalances({ ctx, input: { userId: ctx.userId } })
  const [total] = await ctx.db
    .select({ capturedMicros: walletTotals.capturedMicros })
    .from(walletTotals)
    .where(eq(walletTotals.userId, ctx.userId))
  return {
    spendable_micros: balances.available + balances.promo,
    available_micros: balances.available,
    promo_micros: balances.promo,
    held_micros: balances.held,
    owed_micros: owedMicros(balances),
    spent_micros: total?.capturedMicros ?? 0,
    frozen,
  }
}
