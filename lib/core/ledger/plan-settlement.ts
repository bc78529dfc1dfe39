import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, nonZero, type TransferDraft } from './transfer-draft.ts'

export interface SettlementPlan {
  captureMicros: number
  releaseMicros: number
  transfers: TransferDraft[]
}

/**
 * Ends a hold: captures what the job cost, promo credit first, and gives back the rest to where it came from. What goes back to
 * `available` pays the user's debt first. Throws RangeError when more would be captured than was held.
 */
export function planSettlement(input: {
  userId: string
  settlementId: string
  hold: { id: string; amountMicros: number; promoMicros: number }
  captureMicros: number
  owedMicros: number
}): SettlementPlan {
  const { userId, settlementId, hold, owedMicros } = input
  const captureMicros = requireMicros(input.captureMicros)
  if (captureMicros < 0 || captureMicros > hold.amountMicros) {
    throw new RangeError(`Cannot capture ${captureMicros} of a hold of ${hold.amountMicros} micros`)
  }
  const releaseMicros = hold.amountMicros - captureMicros
  const toPromo = hold.promoMicros - Math.min(hold.promoMicros, captureMicros)
  const fromAvailable = releaseMicros - toPromo
  const toReceivable = Math.min(owedMicros, fromAvailable)
  const outOfHeld = (
    kind: 'capture' | 'release',
    creditAccountId: string,
    amountMicros: number,
    key: string,
  ): TransferDraft => ({
    kind,
    debitAccountId: userAccountId(userId, 'held'),
    creditAccountId,
    amountMicros,
    causeType: 'hold',
    causeId: hold.id,
    idempotencyKey: key,
    holdId: hold.id,
    settlementId,
    userId,
    expects: null,
  })
  const receivable = userAccountId(userId, 'receivable')
  const capture = outOfHeld('capture', systemAccountId('revenue'), captureMicros, `capture:${hold.id}`)
  const promo = outOfHeld('release', userAccountId(userId, 'promo'), toPromo, `release:${hold.id}:promo`)
  const debt = outOfHeld('release', receivable, toReceivable, `release:${hold.id}:receivable`)
  const available = userAccountId(userId, 'available')
  const rest = outOfHeld('release', available, fromAvailable - toReceivable, `release:${hold.id}:available`)
  const back = expecting(nonZero([debt, rest]), receivable, owedMicros === 0 ? 0 : -owedMicros)
  return { captureMicros, releaseMicros, transfers: [...nonZero([capture, promo]), ...back] }
}
