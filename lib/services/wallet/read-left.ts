import { and, eq, notInArray, sql } from 'drizzle-orm'
import { refunds, type topUps } from '#db/schema/ledger.ts'
import type { Left } from '#lib/core/ledger/split-tax.ts'
import { microsToWholeCents } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'

/** What of a top-up no refund has taken yet. */
export async function readLeft({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { topUp: Pick<typeof topUps.$inferSelect, 'id' | 'amountCents' | 'taxCents'> }
}): Promise<Left> {
  const { topUp } = input
  const [gone] = await ctx.db
    .select({
      micros: sql<number>`coalesce(sum(${refunds.amountMicros}), 0)`,
      taxCents: sql<number>`coalesce(sum(${refunds.taxCents}), 0)`,
    })
    .from(refunds)
    .where(and(eq(refunds.topUpId, topUp.id), notInArray(refunds.state, ['failed', 'refused'])))
  return {
    creditCents: topUp.amountCents - microsToWholeCents(gone?.micros ?? 0),
    taxCents: topUp.taxCents - (gone?.taxCents ?? 0),
  }
}
