import { moveTopUp } from '#lib/services/wallet/move-top-up.ts'
import { readTopUpSession } from './checkout-session.ts'
import { creditSession } from './credit-session.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** `checkout.session.completed`: the page was finished, which means paid for cards and not yet paid for bank debits. */
export const onCheckoutCompleted: StripeEventHandler = async ({ ctx, event }) => {
  const session = await readTopUpSession({ ctx, data: event.data })
  if (!session) return 'ignored'
  if (session.paid) {
    await creditSession({ ctx, session })
    return 'done'
  }
  const { topUp, checkoutSessionId, paymentIntentId } = session
  const input = { topUpId: topUp.id, event: 'payment_pending', checkoutSessionId, paymentIntentId } as const
  await moveTopUp({ ctx, input })
  return 'done'
}
