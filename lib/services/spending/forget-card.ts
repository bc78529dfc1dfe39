import { and, eq, sql } from 'drizzle-orm'
import { savedCards } from '#db/schema/spending.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * Tells Stripe to forget a card that was given up; logged when it does not answer, and tried again later. Of a closed account nothing is kept of
 * it here either.
 */
export async function forgetCard({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { cardId: string; paymentMethodId: string }
}): Promise<void> {
  try {
    await ctx.payments.forgetCard({ paymentMethodId: input.paymentMethodId })
    const ofClosed = sql`EXISTS (SELECT 1 FROM users WHERE users.id = ${savedCards.userId} AND deleted_at_ms IS NOT NULL)`
    await ctx.db.batch([
      ctx.db.update(savedCards).set({ state: 'removed' }).where(eq(savedCards.id, input.cardId)),
      ctx.db.delete(savedCards).where(and(eq(savedCards.id, input.cardId), ofClosed)),
    ])
  } catch (error) {
    ctx.log('warn', 'a card could not be forgotten yet', { cardId: input.cardId, error: String(error) })
  }
}
