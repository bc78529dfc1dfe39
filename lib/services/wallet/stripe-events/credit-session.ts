import type { Ctx } from '#lib/services/context.ts'
import { rememberCard } from '#lib/services/spending/remember-card.ts'
import { creditTopUp } from '#lib/services/wallet/credit-top-up.ts'
import type { TopUpSession } from './checkout-session.ts'
import { PaymentMismatch } from './match-top-up.ts'

/** Books the payment of a Checkout that Stripe calls paid. */
export async function creditSession({ ctx, session }: { ctx: Ctx; session: TopUpSession }): Promise<void> {
  const { topUp, checkoutSessionId, paymentIntentId, taxCents } = session
  if (paymentIntentId === null)
    throw new PaymentMismatch(`Top-up ${topUp.id} is paid at Stripe without a PaymentIntent`)
  await creditTopUp({ ctx, input: { topUp, paymentIntentId, checkoutSessionId, taxCents } })
  try {
    await rememberCard({ ctx, input: { topUpId: topUp.id } })
  } catch (error) {
    // The money is booked; the card is read again by the reconciler.
    ctx.log('warn', 'a card could not be kept yet', { topUpId: topUp.id, error: String(error) })
  }
}
