import type Stripe from 'stripe'
import { postBalance } from '#lib/local/stripe/objects/balance-transaction.ts'
import { newPayout } from '#lib/local/stripe/objects/payout.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'

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

/** The bank sends a payout back: the money returns to the balance. @throws RequestError 400 when it failed before */
export function failPayout(work: Work, payout: Stripe.Payout): Stripe.Payout {
  if (payout.status === 'failed') throw refused(`Payout ${payout.id} is failed.`)
  const failed: Stripe.Payout = {
    ...payout,
    status: 'failed',
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed.',
    failure_balance_transaction: postBalance(work, {
      amount: payout.amount,
      fee: 0,
      currency: payout.currency,
      description: 'PAYOUT FAILURE',
      type: 'payout_failure',
      reportingCategory: 'payout_reversal',
      source: payout.id,
    }).id,
  }
  work.unschedule(payout.id, ['pay_payout'])
  work.put('payout', failed)
  work.emit('payout.failed', failed, { status: payout.status })
  return failed
}

/** What Stripe charges the account itself, e.g. for Radar each month. */
export function chargeFee(work: Work, amount: number, currency: string): Stripe.BalanceTransaction {
  return postBalance(work, {
    amount: -amount,
    fee: 0,
    currency,
    description: 'Radar for fraud teams',
    type: 'stripe_fee',
    reportingCategory: 'fee',
    source: null,
  })
}
