import { postBalance, processingFee } from '#lib/local/stripe/objects/balance-transaction.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

/** With asynchronous capture the balance transaction appears a moment after `charge.succeeded`, announced by `charge.updated`. */
export const SETTLE_DELAY_MS = 40

/** Posts a charge, less its fee, to the balance. Harmless when already posted. */
export function settleCharge(work: Work, chargeId: string, { silent = false } = {}): void {
  const charge = work.get('charge', chargeId)
  if (charge.balance_transaction !== null || charge.status !== 'succeeded') return
  const transaction = postBalance(work, {
    amount: charge.amount,
    fee: processingFee(charge),
    currency: charge.currency,
    description: charge.description ?? 'Payment',
    type: charge.id.startsWith('py_') ? 'payment' : 'charge',
    reportingCategory: 'charge',
    source: charge.id,
  })
  charge.balance_transaction = transaction.id
  work.put('charge', charge)
  work.unschedule(chargeId, ['settle_charge'])
  if (!silent) work.emit('charge.updated', charge, { balance_transaction: null })
}
