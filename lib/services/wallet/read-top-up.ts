import { and, eq } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import type { TopUpView } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { topUpView } from './top-up-view.ts'

/** One of the user's own top-ups; what the return page polls until a webhook has credited it. Throws `not_found`. */
export async function readTopUp({ ctx, input }: { ctx: UserCtx; input: { topUpId: string } }): Promise<TopUpView> {
  const [row] = await ctx.db
    .select()
    .from(topUps)
    .where(and(eq(topUps.id, input.topUpId), eq(topUps.userId, ctx.userId)))
  if (!row) throw new AppError('not_found', 'There is no such top-up.')
  return topUpView(row)
}
