import type Stripe from 'stripe'
import { postBalance } from '#lib/local/stripe/objects/balance-transaction.ts'
import { newPayout } from '#lib/local/stripe/objects/payout.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

/** Sends money from the Stripe balance to the bank; it arrives later. */
export function startPayout(work: Work, amount: number, currency: string): Stripe.Payout {
  const payout = newPayout(work, amount, currency)
  payout.balance_transaction = postBalance(work, {
    amount: -amount,
    fee: 0,
    currency,
    description: 'STRIPE PAYOUT',
    type: 'payout',
    reportingCategory: 'payout',
    source: payout.id,
  }).id
  work.put('payout', payout)
  work.emit('payout.created', payout)
  work.schedule('pay_payout', payout.id, work.nowMs + work.settings.asyncDelayMs)
  return payout
}

export function finishPayout(work: Work, payoutId: string): void {
  const payout: Stripe.Payout = {
    ...work.get('payout', payoutId),
    status: 'paid',
    arrival_date: work.now,
    reconciliation_status: 'completed',
  }
  work.put('payout', payout)
  work.emit('payout.paid', payout)
  work.emit('payout.reconciliation_completed', payout)
}
