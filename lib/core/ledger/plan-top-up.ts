import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * Books a payment that Stripe has taken. What the user owes is paid first. The first transfer always bears the plain key of the
 * PaymentIntent, however the amount is split: a repeat that would split it otherwise still meets that key. Tax that was paid on top is not the
 * user's: it goes to `tax_payable`.
 */
export function planTopUp(input: {
  userId: string
  topUpId: string
  paymentIntentId: string
  amountMicros: number
  taxMicros?: number
  owedMicros: number
}): TransferDraft[] {
  const { userId, topUpId, paymentIntentId, owedMicros, taxMicros = 0 } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros <= 0 || taxMicros < 0) throw new RangeError(`A top-up of ${amountMicros} micros adds nothing`)
  const toReceivable = Math.min(owedMicros, amountMicros)
  const receivable = userAccountId(userId, 'receivable')
  const draft = (creditAccountId: string, micros: number): TransferDraft => ({
    kind: 'top_up',
    debitAccountId: systemAccountId('stripe_clearing'),
    creditAccountId,
    amountMicros: micros,
    causeType: 'top_up',
    causeId: topUpId,
    idempotencyKey: `top_up:${paymentIntentId}`,
    holdId: null,
    settlementId: null,
    userId,
    expects: null,
  })
  const debt = draft(receivable, toReceivable)
  const rest = draft(userAccountId(userId, 'available'), amountMicros - toReceivable)
  const keyed = nonZero([debt, rest]).map((transfer, index) =>
    index === 0 ? transfer : { ...transfer, idempotencyKey: `${transfer.idempotencyKey}:rest` },
  )
  const tax: TransferDraft = {
    ...draft(systemAccountId('tax_payable'), requireMicros(taxMicros)),
    idempotencyKey: `top_up:${paymentIntentId}:tax`,
    userId: null,
  }
  return expecting([...keyed, ...nonZero([tax])], receivable, owedMicros === 0 ? 0 : -owedMicros)
}
