import { and, eq } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { topUps } from '#db/schema/ledger.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import { AFTER_DECLINE_MS } from '#lib/core/spending/auto-top-up-machine.ts'
import type { Ctx } from '#lib/services/context.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { moveTopUp } from '#lib/services/wallet/move-top-up.ts'
import { declineAutoTopUp } from './decline-auto-top-up.ts'

/** Stripe answers a repeated key for at least a day; a question older than this is not asked again. */
export const LONGEST_DOUBT_MS = 20 * 3_600_000

/**
 * Charges the card of an automatic top-up that nothing is known of yet. The key is the top-up, so asking again after a lost answer charges nothing
 * twice. Credits nothing: that is the event's. Throws `payment_provider` when the answer is lost again.
 */
export async function chargeAutoTopUp({ ctx, input }: { ctx: Ctx; input: { topUpId: string } }): Promise<void> {
  const [row] = await ctx.db
    .select({ topUp: topUps, card: savedCards, customerId: users.stripeCustomerId })
    .from(topUps)
    .innerJoin(users, eq(users.id, topUps.userId))
    .innerJoin(savedCards, eq(savedCards.id, topUps.savedCardId))
    .where(and(eq(topUps.id, input.topUpId), eq(topUps.source, 'auto'), eq(topUps.state, 'created')))
  if (!row) return
  const { topUp, card, customerId } = row
  if (ctx.nowMs() - topUp.createdAtMs > LONGEST_DOUBT_MS) return giveUp(ctx, topUp)
  // Its owner has taken the card away since. Should it have been charged before that, the event still credits it.
  if (card.state !== 'active' || customerId === null) return fail(ctx, topUp)
  const charge = await ctx.payments.chargeCard({
    topUpId: topUp.id,
    userId: topUp.userId,
    customerId,
    paymentMethodId: card.paymentMethodId,
    amountCents: topUp.amountCents,
    idempotencyKey: `auto_${topUp.id}`,
  })
  if (charge.outcome === 'declined') {
    const { code, needsOwner, paymentIntentId } = charge
    return declineAutoTopUp({ ctx, input: { topUp, code, needsOwner, paymentIntentId } })
  }
  await ctx.db
    .update(walletSettings)
    .set({ autoDeclines: 0, autoNextAtMs: 0 })
    .where(eq(walletSettings.userId, topUp.userId))
  const { paymentIntentId } = charge
  await moveTopUp({
    ctx,
    input: { topUpId: topUp.id, event: 'payment_pending', checkoutSessionId: null, paymentIntentId },
  })
}

/** Nobody knows whether it was charged. If it was, its event still credits it; a person looks. */
async function giveUp(ctx: Ctx, topUp: typeof topUps.$inferSelect): Promise<void> {
  const message = `Stripe never said whether automatic top-up ${topUp.id} was charged. Look for its PaymentIntent by metadata top_up_id.`
  await raiseAlarm({ ctx, input: { key: `auto_top_up:${topUp.id}`, kind: 'auto_top_up_in_doubt', message } })
  // First, so that no second charge follows at once should the first have gone through after all.
  await ctx.db
    .update(walletSettings)
    .set({ autoNextAtMs: ctx.nowMs() + AFTER_DECLINE_MS })
    .where(eq(walletSettings.userId, topUp.userId))
  await fail(ctx, topUp)
}

async function fail(ctx: Ctx, topUp: typeof topUps.$inferSelect): Promise<void> {
  const input = { topUpId: topUp.id, event: 'payment_failed', checkoutSessionId: null, paymentIntentId: null } as const
  await moveTopUp({ ctx, input })
}
