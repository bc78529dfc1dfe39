import { nextTopUpState } from '#lib/core/ledger/top-up-machine.ts'
import { raiseAlarm } from '#lib/services/operations/raise-alarm.ts'
import { moveTopUp } from '#lib/services/wallet/move-top-up.ts'
import { readTopUpSession } from './checkout-session.ts'
import type { StripeEventHandler } from './event-handler.ts'

/** `checkout.session.async_payment_failed`: a bank debit came back. After a credit that contradicts Stripe's own word. */
export const onAsyncPaymentFailed: StripeEventHandler = async ({ ctx, event }) => {
  const session = await readTopUpSession({ ctx, data: event.data })
  if (!session) return 'ignored'
  const { topUp, checkoutSessionId, paymentIntentId } = session
  if (nextTopUpState(topUp.state, 'payment_failed') === 'alarm') {
    const message = `Stripe says that top-up ${topUp.id} failed after saying it was paid. It stays credited until you decide.`
    await raiseAlarm({ ctx, input: { key: `top_up_contradiction:${topUp.id}`, kind: 'top_up_contradiction', message } })
    return 'done'
  }
  const input = { topUpId: topUp.id, event: 'payment_failed', checkoutSessionId, paymentIntentId } as const
  await moveTopUp({ ctx, input })
  return 'done'
}
