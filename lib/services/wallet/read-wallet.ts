import { and, eq, sql } from 'drizzle-orm'
import { transfers } from '#db/schema/ledger.ts'
import type { WalletView } from '#lib/contracts/api/wallet.ts'
import { owedMicros } from '#lib/core/ledger/accounts.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readBalances } from './read-balances.ts'

/** What the signed-in user has, has in open holds, owes and has spent so far. */
export async function readWallet({ ctx }: { ctx: UserCtx }): Promise<WalletView> {
  const { balances, frozen } = await readBalances({ ctx, input: { userId: ctx.userId } })
  const [captured] = await ctx.db
    .select({ micros: sql<number>`coalesce(sum(${transfers.amountMicros}), 0)` })
    .from(transfers)
    .where(and(eq(transfers.userId, ctx.userId), eq(transfers.kind, 'capture')))
  return {
    spendable_micros: balances.available + balances.promo,
    available_micros: balances.available,
    promo_micros: balances.promo,
    held_micros: balances.held,
    owed_micros: owedMicros(balances),
    spent_micros: captured?.micros ?? 0,
    frozen,
  }
}
