import { and, eq, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import { savedCards } from '#db/schema/spending.ts'
import type { Ctx } from '#lib/services/context.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'

/**
 * Keeps the card that a credited top-up was paid with, if its owner wished for it; the one kept before is given up. Reads Stripe, so a webhook
 * need not; doing it twice changes nothing. The card of an account that was closed meanwhile is given up at once. Throws `payment_provider`.
 */
export async function rememberCard({ ctx, input }: { ctx: Ctx; input: { topUpId: string } }): Promise<void> {
  const [topUp] = await ctx.db
    .select()
    .from(topUps)
    .where(and(eq(topUps.id, input.topUpId), eq(topUps.state, 'credited'), eq(topUps.cardState, 'asked')))
  if (!topUp?.paymentIntentId) return
  const card = await ctx.payments.readCardOf({ paymentIntentId: topUp.paymentIntentId })
  const mark = ctx.db
    .update(topUps)
    .set({ cardState: card ? 'saved' : 'none', updatedAtMs: ctx.nowMs() })
    .where(and(eq(topUps.id, topUp.id), eq(topUps.cardState, 'asked')))
  if (!card) {
    await mark
    return
  }
  const giveUp = ctx.db
    .update(savedCards)
    .set({ state: 'removing' })
    .where(and(eq(savedCards.userId, topUp.userId), eq(savedCards.state, 'active')))
  const row = {
    id: ctx.newId('card'),
    userId: topUp.userId,
    // Asked inside the batch: an account that closes next takes an active card with it, one that is closed gets none.
    state: sql<
      'active' | 'removing'
    >`iif(EXISTS (SELECT 1 FROM users WHERE id = ${topUp.userId} AND deleted_at_ms IS NULL), 'active', 'removing')`,
    createdAtMs: ctx.nowMs(),
    ...card,
  }
  // Refused when someone else has just kept this very card: theirs stands, and giving up the old one was in their batch.
  const kept = await runBatch(ctx, [giveUp, ctx.db.insert(savedCards).values(row), mark])
  if (!kept.ok) await mark
}
