import { requireMicros } from '#lib/core/money.ts'
import { type UserBalances, userAccountId } from './accounts.ts'
import { nonZero, type TransferDraft } from './transfer-draft.ts'

export type HoldPlan =
  | { ok: true; promoMicros: number; transfers: TransferDraft[] }
  | { ok: false; missingMicros: number; spendableMicros: number }

/** Sets money aside for one job: promo credit first, then available. Says what is missing when both together do not reach. */
export function planHold(input: {
  userId: string
  holdId: string
  amountMicros: number
  balances: Pick<UserBalances, 'available' | 'promo'>
}): HoldPlan {
  const { userId, holdId, balances } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros <= 0) throw new RangeError(`A hold of ${amountMicros} micros holds nothing`)
  const promoMicros = Math.min(amountMicros, balances.promo)
  const availableMicros = amountMicros - promoMicros
  if (availableMicros > balances.available) {
    const missingMicros = availableMicros - balances.available
    return { ok: false, missingMicros, spendableMicros: balances.available + balances.promo }
  }
  const fromAccount = (account: 'promo' | 'available', micros: number): TransferDraft => ({
    kind: 'hold',
    debitAccountId: userAccountId(userId, account),
    creditAccountId: userAccountId(userId, 'held'),
    amountMicros: micros,
    causeType: 'hold',
    causeId: holdId,
    idempotencyKey: `hold:${holdId}:${account}`,
    holdId,
    settlementId: null,
    userId,
    expects: null,
  })
  const transfers = nonZero([fromAccount('promo', promoMicros), fromAccount('available', availableMicros)])
  return { ok: true, promoMicros, transfers }
}
