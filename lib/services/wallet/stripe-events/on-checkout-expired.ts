import { moveTopUp } from '#lib/services/wallet/move-top-up.ts'
import { readTopUpSession } from './checkout-session.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** `checkout.session.expired`: nobody paid in time. */
export const onCheckoutExpired: StripeEventHandler = async ({ ctx, event }) => {
  const session = await readTopUpSession({ ctx, data: event.data })
  if (!session) return 'ignored'
  const { topUp, checkoutSessionId } = session
  const input = { topUpId: topUp.id, event: 'session_expired', checkoutSessionId, paymentIntentId: null } as const
  await moveTopUp({ ctx, input })
  return 'done'
}
