import type Stripe from 'stripe'
import { postBalance } from '#lib/local/stripe/objects/balance-transaction.ts'
import { newDispute } from '#lib/local/stripe/objects/dispute.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { refused } from '#lib/local/stripe/wire/errors.ts'
import { settleCharge } from './settle-charge.ts'

const DISPUTE_FEE = 1500

/** The cardholder disputes a payment; an inquiry (`warning`) moves no money. @throws RequestError 400 when it can not be disputed */
export function openDispute(work: Work, intentId: string, reason: string, warning: boolean): Stripe.Dispute {
  const intent = work.find('payment_intent', intentId)
  const chargeId = idOf(intent?.latest_charge)
  if (intent?.status !== 'succeeded' || chargeId === null) throw refused(`${intentId} has no charge to dispute.`)
  settleCharge(work, chargeId)
  const charge = work.get('charge', chargeId)
  if (charge.disputed) throw refused(`Charge ${chargeId} is already disputed.`)
  work.put('charge', { ...charge, disputed: true })
  const dispute = newDispute(work, charge, reason, warning)
  work.put('dispute', dispute)
  work.emit('charge.dispute.created', dispute)
  return dispute
}

/** The bank takes the money; an inquiry becomes a chargeback by it. */
export function withdrawFunds(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  if (dispute.balance_transactions.length > 0) throw refused(`The funds of ${dispute.id} are already withdrawn.`)
  requireOpen(dispute)
  const { status, is_charge_refundable } = dispute
  if (isInquiry(dispute)) {
    dispute.status = 'needs_response'
    dispute.is_charge_refundable = false
    if (dispute.payment_method_details?.card) dispute.payment_method_details.card.case_type = 'chargeback'
    work.emit('charge.dispute.updated', dispute, { status, is_charge_refundable })
  }
  dispute.balance_transactions = [post(work, dispute, -dispute.amount, DISPUTE_FEE, 'dispute')]
  work.put('dispute', dispute)
  work.emit('charge.dispute.funds_withdrawn', dispute, { balance_transactions: [] })
  return dispute
}

/** The bank decides for us and returns the money; it keeps the fee. */
export function winDispute(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  requireOpen(dispute)
  const taken = [...dispute.balance_transactions]
  const { status } = dispute
  dispute.status = isInquiry(dispute) ? 'warning_closed' : 'won'
  if (taken.length > 0) {
    dispute.balance_transactions = [...taken, post(work, dispute, dispute.amount, 0, 'dispute_reversal')]
    work.emit('charge.dispute.funds_reinstated', dispute, { balance_transactions: taken })
  }
  return close(work, dispute, status)
}

/** The bank decides for the cardholder. */
export function loseDispute(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  requireOpen(dispute)
  if (isInquiry(dispute))
    throw refused(`${dispute.id} is an inquiry: withdraw makes it a chargeback, which can be lost.`)
  if (dispute.balance_transactions.length === 0) withdrawFunds(work, dispute)
  const { status } = dispute
  dispute.status = 'lost'
  return close(work, dispute, status)
}

/** We accept the dispute: a chargeback is lost, an inquiry ends without one. */
export function closeDispute(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  if (!isInquiry(dispute)) return loseDispute(work, dispute)
  requireOpen(dispute)
  const { status } = dispute
  dispute.status = 'warning_closed'
  return close(work, dispute, status)
}

export function isInquiry(dispute: Stripe.Dispute): boolean {
  return dispute.status.startsWith('warning_')
}

export function requireOpen(dispute: Stripe.Dispute): void {
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw refused(`This dispute is already closed: its status is ${dispute.status}.`)
  }
}

function close(work: Work, dispute: Stripe.Dispute, before: Stripe.Dispute.Status): Stripe.Dispute {
  dispute.evidence_details.due_by = null
  work.put('dispute', dispute)
  work.emit('charge.dispute.closed', dispute, { status: before })
  return dispute
}

function post(work: Work, dispute: Stripe.Dispute, amount: number, fee: number, category: string) {
  return postBalance(work, {
    amount,
    fee,
    feeDescription: 'Dispute fee',
    currency: dispute.currency,
    description: `Chargeback ${amount < 0 ? 'withdrawal' : 'reversal'} for ${idOf(dispute.charge)}`,
    type: 'adjustment',
    reportingCategory: category,
    source: dispute.id,
  })
}
