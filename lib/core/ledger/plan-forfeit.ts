import { systemAccountId, type UserBalances, userAccountId } from './accounts.ts'
import { nonZero, type TransferDraft } from './transfer-draft.ts'

/**
 * Books the credit that the owner of a deleted account gave up: promotional credit goes back to where it came from, paid credit becomes
 * ours. Never more paid credit than was agreed to, and once per account.
 */
export function planForfeit(input: {
  userId: string
  balances: Pick<UserBalances, 'available' | 'promo'>
  agreedMicros: number
}): TransferDraft[] {
  const { userId, balances, agreedMicros } = input
  const draft = (from: 'available' | 'promo', to: 'adjustments' | 'promo_expense', amountMicros: number) => ({
    kind: 'adjustment' as const,
    debitAccountId: userAccountId(userId, from),
    creditAccountId: systemAccountId(to),
    amountMicros,
    causeType: 'closing' as const,
    causeId: userId,
    idempotencyKey: `closing:${userId}:${from}`,
    holdId: null,
    settlementId: null,
    userId,
    expects: null,
  })
  return nonZero([
    draft('promo', 'promo_expense', balances.promo),
    draft('available', 'adjustments', Math.min(balances.available, agreedMicros)),
  ])
}
