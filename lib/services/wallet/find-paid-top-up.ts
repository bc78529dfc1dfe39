import { eq } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * The credited top-up of a payment; null when the payment is none of ours. Events of refunds and disputes name only the payment, and may come
 * before the one that credits it: then Stripe is asked whose it is, and this throws, so that the event is tried again later.
 */
export async function findPaidTopUp({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { paymentIntentId: string | null }
}): Promise<typeof topUps.$inferSelect | null> {
  const { paymentIntentId } = input
  if (paymentIntentId === null) return null
  const [topUp] = await ctx.db.select().from(topUps).where(eq(topUps.paymentIntentId, paymentIntentId))
  if (topUp?.state === 'credited') return topUp
  const topUpId = topUp?.id ?? (await ctx.payments.readPayment({ paymentIntentId }))?.topUpId ?? null
  if (topUpId === null) return null
  const [row] = await ctx.db.select().from(topUps).where(eq(topUps.id, topUpId))
  if (!row) return null
  throw new Error(`Top-up ${topUpId} is not credited yet; this event is handled after that`)
}
