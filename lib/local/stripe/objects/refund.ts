import type Stripe from 'stripe'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { idOf } from './reference.ts'

export interface RefundDraft {
  charge: Stripe.Charge
  amount: number
  status: 'succeeded' | 'pending'
  reason: Stripe.Refund.Reason | null
  metadata: Stripe.Metadata
}

export function newRefund(work: Work, { charge, amount, status, reason, metadata }: RefundDraft): Stripe.Refund {
  const isCard = charge.payment_method_details?.type === 'card'
  return {
    id: newId(isCard ? 're' : 'pyr'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: isCard
      ? {
          card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
          type: 'card',
        }
      : { type: 'us_bank_transfer', us_bank_transfer: { reference: null, reference_status: 'pending' } },
    metadata,
    payment_intent: idOf(charge.payment_intent),
    payment_method: charge.payment_method,
    ...(status === 'pending' && { pending_reason: 'processing' }),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  } satisfies Stripe.Refund
}
