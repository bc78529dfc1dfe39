import type Stripe from 'stripe'
import { postBalance } from '#lib/local/stripe/objects/balance-transaction.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'

/** The bank's reference for a refund arrived: an update that changes no money. */
export function postRefundReference(work: Work, refundId: string): void {
  const refund = work.get('refund', refundId)
  const before = structuredClone(refund.destination_details)
  const posted = { reference_status: 'available', reference: '24692164321000000000000' }
  if (refund.destination_details?.card) Object.assign(refund.destination_details.card, posted)
  if (refund.destination_details?.us_bank_transfer) Object.assign(refund.destination_details.us_bank_transfer, posted)
  work.put('refund', refund)
  emitUpdate(work, refund, { destination_details: before })
}

/** A pending refund went through. */
export function succeedRefund(work: Work, refundId: string): void {
  const { pending_reason, ...refund } = work.get('refund', refundId)
  if (refund.status !== 'pending') return
  const succeeded: Stripe.Refund = { ...refund, status: 'succeeded' }
  work.put('refund', succeeded)
  emitUpdate(work, succeeded, { status: 'pending', pending_reason })
}

/**
 * The bank sent the refund back: the money returns to the balance and the charge counts as not refunded by that much.
 * @throws RequestError 400 when it already failed
 */
export function failRefund(work: Work, refundId: string, reason = 'expired_or_canceled_card'): Stripe.Refund {
  const { pending_reason: _settled, ...refund } = work.get('refund', refundId)
  if (refund.status !== 'succeeded' && refund.status !== 'pending')
    throw refused(`Refund ${refundId} is ${refund.status}.`)
  const failed: Stripe.Refund = {
    ...refund,
    status: 'failed',
    failure_reason: reason,
    failure_balance_transaction: postBalance(work, {
      amount: refund.amount,
      fee: 0,
      currency: refund.currency,
      description: 'REFUND FAILURE',
      type: 'refund_failure',
      reportingCategory: 'refund_failure',
      source: refund.id,
    }).id,
  }
  work.unschedule(refundId, ['post_refund_reference', 'succeed_refund', 'fail_refund'])
  work.put('refund', failed)
  const charge = work.get('charge', idOf(refund.charge) ?? '')
  work.put('charge', { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false })
  work.emit('refund.failed', failed)
  emitUpdate(work, failed, { status: refund.status })
  return failed
}

function emitUpdate(work: Work, refund: Stripe.Refund, previous: object): void {
  work.emit('refund.updated', refund, previous)
  work.emit('charge.refund.updated', refund, previous)
}
