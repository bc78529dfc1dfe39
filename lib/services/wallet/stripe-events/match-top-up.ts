import { eq } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import type { Ctx } from '#lib/services/context.ts'

export type TopUp = typeof topUps.$inferSelect

/** A payment that is not what we asked for: nothing is credited, and a person must look. */
export class PaymentMismatch extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PaymentMismatch'
  }
}

/** What a vendor's object says about a payment, beside our row. */
export interface PaymentClaim {
  topUpId: string
  userId: string | null
  source: TopUp['source']
  checkoutSessionId: string | null
  paymentIntentId: string | null
  amountCents: number | null
  currency: string | null
  livemode: boolean
}

/** Our row of a payment, when everything the vendor says about it agrees. Throws PaymentMismatch naming what does not. */
export async function matchTopUp({ ctx, claim }: { ctx: Ctx; claim: PaymentClaim }): Promise<TopUp> {
  const [topUp] = await ctx.db.select().from(topUps).where(eq(topUps.id, claim.topUpId))
  if (!topUp) throw new PaymentMismatch(`Stripe reports a payment for top-up ${claim.topUpId}, which does not exist`)
  const differences = [
    differs('user', claim.userId, topUp.userId),
    differs('source', claim.source, topUp.source),
    differs('amount', claim.amountCents, topUp.amountCents),
    differs('currency', claim.currency, 'usd'),
    differs('livemode', claim.livemode, topUp.livemode),
    topUp.checkoutSessionId && differs('checkout', claim.checkoutSessionId, topUp.checkoutSessionId),
    topUp.paymentIntentId && claim.paymentIntentId && differs('payment', claim.paymentIntentId, topUp.paymentIntentId),
  ].filter((difference) => typeof difference === 'string' && difference !== '')
  if (differences.length > 0) throw new PaymentMismatch(`Top-up ${topUp.id}: ${differences.join('; ')}`)
  return topUp
}

function differs(name: string, said: unknown, ours: unknown): string | null {
  return said === ours ? null : `${name} is ${said} at Stripe and ${ours} here`
}
