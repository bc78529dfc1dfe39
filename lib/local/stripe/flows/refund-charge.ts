import type Stripe from 'stripe'
import { postBalance } from '#lib/local/stripe/objects/balance-transaction.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { newRefund } from '#lib/local/stripe/objects/refund.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'
import { SETTLE_DELAY_MS, settleCharge } from './settle-charge.ts'
import { findTestCard } from './test-cards.ts'

export interface RefundRequest {
  /** All that is left when absent. */
  amount?: number
  reason?: Stripe.Refund.Reason
  metadata?: Stripe.Metadata
}

/** @throws RequestError 400 for more than is left, a charge that did not succeed, or one that was charged back. */
export function refundCharge(work: Work, chargeId: string, request: RefundRequest): Stripe.Refund {
  settleCharge(work, chargeId)
  const charge = work.get('charge', chargeId)
  const amount = refundableAmount(work, charge, request.amount)
  const behaviour = refundBehaviour(work, charge)
  const refund = newRefund(work, {
    charge,
    amount,
    status: behaviour === 'succeed_refund' ? 'pending' : 'succeeded',
    reason: request.reason ?? null,
    metadata: request.metadata ?? {},
  })
  refund.balance_transaction = postBalance(work, {
    amount: -amount,
    fee: 0,
    currency: refund.currency,
    description: 'REFUND FOR PAYMENT',
    type: charge.id.startsWith('py_') ? 'payment_refund' : 'refund',
    reportingCategory: 'refund',
    source: refund.id,
  }).id
  work.put('refund', refund)
  work.emit('refund.created', refund)
  const { amount_refunded, refunded } = charge
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  work.put('charge', charge)
  const changed = refunded === charge.refunded ? { amount_refunded } : { amount_refunded, refunded }
  work.emit('charge.refunded', charge, changed)
  if (behaviour) work.schedule(behaviour, refund.id, work.nowMs + work.settings.asyncDelayMs)
  else work.schedule('post_refund_reference', refund.id, work.nowMs + SETTLE_DELAY_MS)
  return refund
}

function refundableAmount(work: Work, charge: Stripe.Charge, asked: number | undefined): number {
  if (charge.status !== 'succeeded') {
    throw refused(`Charge ${charge.id} is not eligible for refunds: its status is ${charge.status}.`)
  }
  const chargedBack = work
    .all('dispute')
    .some((dispute) => idOf(dispute.charge) === charge.id && !dispute.is_charge_refundable)
  if (chargedBack) {
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed')
  }
  const left = charge.amount - charge.amount_refunded
  if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded')
  const amount = asked ?? left
  if (amount > left) {
    const money = (cents: number) => `$${(cents / 100).toFixed(2)}`
    const message = `Refund amount (${money(amount)}) is greater than unrefunded amount on charge (${money(left)})`
    throw refused(message, undefined, 'amount')
  }
  return amount
}

function refundBehaviour(work: Work, charge: Stripe.Charge) {
  const instrument = charge.payment_method === null ? undefined : work.find('instrument', charge.payment_method)
  return instrument && findTestCard(instrument.number)?.refund
}
