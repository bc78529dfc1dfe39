import type Stripe from 'stripe'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

const SETTLEMENT_S = 2 * 24 * 3600

export interface BalanceDraft {
  /** Signed: negative leaves the balance. */
  amount: number
  fee: number
  feeDescription?: string
  currency: string
  description: string
  type: Stripe.BalanceTransaction.Type
  reportingCategory: string
  source: string | null
}

/** Posts one movement of the account's balance; money arrives as pending and becomes available two days later. */
export function postBalance(work: Work, draft: BalanceDraft): Stripe.BalanceTransaction {
  const { amount, fee, currency } = draft
  const feeDetail: Stripe.BalanceTransaction.FeeDetail = {
    amount: fee,
    application: null,
    currency,
    description: draft.feeDescription ?? 'Stripe processing fees',
    type: 'stripe_fee',
  }
  const transaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: amount > 0 ? work.now + SETTLEMENT_S : work.now,
    balance_type: 'payments',
    created: work.now,
    currency,
    description: draft.description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeDetail],
    net: amount - fee,
    reporting_category: draft.reportingCategory,
    source: draft.source,
    status: amount > 0 ? 'pending' : 'available',
    type: draft.type,
  } satisfies Stripe.BalanceTransaction
  return work.put('balance_transaction', transaction)
}

/** 2.9 % + 30 cents for cards; 0.8 % and at most $5 for bank debits. Half cents round up. */
export function processingFee(charge: Stripe.Charge): number {
  if (charge.payment_method_details?.type === 'us_bank_account') {
    return Math.min(500, Math.round((charge.amount * 8) / 1000))
  }
  return Math.round((charge.amount * 29) / 1000) + 30
}
