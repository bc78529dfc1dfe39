import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * Sets unused credit aside for a refund that the user asked for, and with it the tax paid on it. It leaves `available` before Stripe is
 * asked, so that it cannot be spent meanwhile; `refund_pending` is emptied when Stripe's own balance shows the refund.
 */
export function planRefund(input: {
  userId: string
  refundId: string
  amountMicros: number
  taxMicros: number
}): TransferDraft[] {
  const { userId, refundId, taxMicros } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros <= 0 || requireMicros(taxMicros) < 0) throw new RangeError(`A refund of ${amountMicros} micros`)
  const draft = {
    kind: 'refund',
    creditAccountId: systemAccountId('refund_pending'),
    causeType: 'refund',
    causeId: refundId,
    holdId: null,
    settlementId: null,
    expects: null,
  } as const
  const key = `refund:${refundId}`
  return nonZero([
    { ...draft, debitAccountId: userAccountId(userId, 'available'), amountMicros, idempotencyKey: key, userId },
    {
      ...draft,
      debitAccountId: systemAccountId('tax_payable'),
      amountMicros: taxMicros,
      idempotencyKey: `${key}:tax`,
      userId: null,
    },
  ])
}
