import { and, eq } from 'drizzle-orm'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import type { Ctx } from '#lib/services/context.ts'
import { forgetCard } from './forget-card.ts'

/**
 * Switches automatic top-up off and gives up every card of a user, in one batch: from then on nothing charges them. Then Stripe is told to forget
 * them; if it does not answer, the reconciler asks again. Also for an account that is being deleted.
 */
export async function removeCards({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  const ofUser = eq(savedCards.userId, input.userId)
  await ctx.db.batch([
    ctx.db
      .update(walletSettings)
      .set({ autoState: 'off', autoDeclines: 0, autoNextAtMs: 0, updatedAtMs: ctx.nowMs() })
      .where(eq(walletSettings.userId, input.userId)),
    ctx.db
      .update(savedCards)
      .set({ state: 'removing' })
      .where(and(ofUser, eq(savedCards.state, 'active'))),
  ])
  const cards = await ctx.db
    .select()
    .from(savedCards)
    .where(and(ofUser, eq(savedCards.state, 'removing')))
  for (const card of cards) await forgetCard({ ctx, input: { cardId: card.id, paymentMethodId: card.paymentMethodId } })
}
