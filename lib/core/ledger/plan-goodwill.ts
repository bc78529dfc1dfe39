import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * Gives a capture back to where it came from: what promo credit had paid to promo, the rest to available, which pays the user's debt
 * first. Throws RangeError when the promo part is not within the capture.
 */
export function planGoodwill(input: {
  userId: string
  refundId: string
  holdId: string
  captureMicros: number
  promoMicros: number
  owedMicros: number
}): TransferDraft[] {
  const { userId, refundId, holdId, owedMicros } = input
  const captureMicros = requireMicros(input.captureMicros)
  const promoMicros = requireMicros(input.promoMicros)
  if (captureMicros <= 0 || promoMicros < 0 || promoMicros > captureMicros) {
    throw new RangeError(`Cannot give back ${captureMicros} micros, ${promoMicros} of them to promo`)
  }
  const paidMicros = captureMicros - promoMicros
  const toReceivable = Math.min(owedMicros, paidMicros)
  const draft = (creditAccountId: string, amountMicros: number, to: string): TransferDraft => ({
    kind: 'adjustment',
    debitAccountId: systemAccountId('revenue'),
    creditAccountId,
    amountMicros,
    causeType: 'goodwill',
    causeId: refundId,
    idempotencyKey: `goodwill:${holdId}:${to}`,
    holdId,
    settlementId: null,
    userId,
    expects: null,
  })
  const receivable = userAccountId(userId, 'receivable')
  const debt = draft(receivable, toReceivable, 'receivable')
  const rest = draft(userAccountId(userId, 'available'), paidMicros - toReceivable, 'available')
  const promo = draft(userAccountId(userId, 'promo'), promoMicros, 'promo')
  return [...expecting(nonZero([debt, rest]), receivable, owedMicros === 0 ? 0 : -owedMicros), ...nonZero([promo])]
}
