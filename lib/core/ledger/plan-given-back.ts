import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * What comes back to the user: a refund that failed, or a chargeback that was won. It pays what the user owes first, like every payment; tax
 * returns to `tax_payable`. The first transfer bears the plain key however the amount is split. Rests on the debt being what it was.
 */
export function planGivenBack(input: {
  userId: string
  cause: { kind: 'refund'; id: string } | { kind: 'dispute'; id: string }
  idempotencyKey: string
  amountMicros: number
  taxMicros: number
  owedMicros: number
}): TransferDraft[] {
  const { userId, cause, idempotencyKey, taxMicros, owedMicros } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros < 0 || requireMicros(taxMicros) < 0) throw new RangeError(`Giving back ${amountMicros} micros`)
  const toReceivable = Math.min(owedMicros, amountMicros)
  const receivable = userAccountId(userId, 'receivable')
  const draft = (creditAccountId: string, micros: number, owner: string | null): TransferDraft => ({
    kind: cause.kind === 'refund' ? 'refund_failed' : 'dispute_reversal',
    debitAccountId: systemAccountId(cause.kind === 'refund' ? 'refund_pending' : 'stripe_clearing'),
    creditAccountId,
    amountMicros: micros,
    causeType: cause.kind,
    causeId: cause.id,
    idempotencyKey,
    holdId: null,
    settlementId: null,
    userId: owner,
    expects: null,
  })
  const drafts = nonZero([
    draft(receivable, toReceivable, userId),
    draft(userAccountId(userId, 'available'), amountMicros - toReceivable, userId),
    draft(systemAccountId('tax_payable'), taxMicros, null),
  ]).map((transfer, index) =>
    index === 0 ? transfer : { ...transfer, idempotencyKey: `${idempotencyKey}:${index + 1}` },
  )
  return expecting(drafts, receivable, owedMicros === 0 ? 0 : -owedMicros)
}
