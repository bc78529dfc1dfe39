import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * What somebody else decided: a refund made at Stripe, or a chargeback. It happens whether the money is still there or not: unused credit
 * goes first, what is missing the user owes (`receivable`), and tax comes out of `tax_payable`. Promotional credit is not touched. The first
 * transfer bears the plain key however the amount is split. A plan that makes a debt rests on `available` being what it was.
 */
export function planTakenBack(input: {
  userId: string
  cause: { kind: 'refund'; id: string } | { kind: 'dispute'; id: string }
  /** Permanent; e.g. the balance transaction that took it. */
  idempotencyKey: string
  amountMicros: number
  taxMicros: number
  availableMicros: number
}): TransferDraft[] {
  const { userId, cause, idempotencyKey, taxMicros, availableMicros } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros < 0 || requireMicros(taxMicros) < 0) throw new RangeError(`Taking back ${amountMicros} micros`)
  const fromAvailable = Math.min(amountMicros, Math.max(0, availableMicros))
  const available = userAccountId(userId, 'available')
  const debt = amountMicros - fromAvailable
  const draft = (debitAccountId: string, micros: number, owner: string | null): TransferDraft => ({
    kind: cause.kind,
    debitAccountId,
    creditAccountId: systemAccountId(cause.kind === 'refund' ? 'refund_pending' : 'stripe_clearing'),
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
    draft(available, fromAvailable, userId),
    draft(userAccountId(userId, 'receivable'), debt, userId),
    draft(systemAccountId('tax_payable'), taxMicros, null),
  ]).map((transfer, index) =>
    index === 0 ? transfer : { ...transfer, idempotencyKey: `${idempotencyKey}:${index + 1}` },
  )
  return debt > 0 ? expecting(drafts, available, availableMicros) : drafts
}
