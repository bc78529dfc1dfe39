import { eq } from 'drizzle-orm'
import { savedCards } from '#db/schema/spending.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Tells Stripe to forget a card that was given up; logged when it does not answer, and tried again later. */
export async function forgetCard({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { cardId: string; paymentMethodId: string }
}): Promise<void> {
  try {
    await ctx.payments.forgetCard({ paymentMethodId: input.paymentMethodId })
    await ctx.db.update(savedCards).set({ state: 'removed' }).where(eq(savedCards.id, input.cardId))
  } catch (error) {
    ctx.log('warn', 'a card could not be forgotten yet', { cardId: input.cardId, error: String(error) })
  }
}
