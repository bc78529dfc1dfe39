import { eq } from 'drizzle-orm'
import { accountDeletions } from '#db/schema/accounts.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planForfeit } from '#lib/core/ledger/plan-forfeit.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'

/**
 * Books the credit that the owner of a closed account gave up, once. More than they agreed to is not taken: it came
 * afterwards, and find-late-credit.ts asks for a person who sends it back.
 */
export async function giveUpCredit({ ctx }: { ctx: UserCtx }): Promise<void> {
  const { userId } = ctx
  const [deletion] = await ctx.db.select().from(accountDeletions).where(eq(accountDeletions.userId, userId))
  if (!deletion) return
  const balances = await readCredit(ctx)
  const drafts = planForfeit({ userId, balances, agreedMicros: deletion.forfeitMicros })
  const result = await runBatch(ctx, insertTransfers(ctx, drafts))
  if (!result.ok && CONSTRAINTS[result.constraint].outcome === 'bug') {
    throw new Error(`The credit of ${userId} cannot be given up: ${CONSTRAINTS[result.constraint].meaning}`)
  }
}

async function readCredit(ctx: UserCtx): Promise<{ available: number; promo: number }> {
  const rows = await ctx.db
    .select({ kind: ledgerAccounts.kind, micros: ledgerAccounts.balanceMicros })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.userId, ctx.userId))
  const of = (kind: string) => rows.find((row) => row.kind === kind)?.micros ?? 0
  return { available: of('available'), promo: of('promo') }
}
