import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import type { TransferDraft } from './transfer-draft.ts'

/** Gives promotional credit, once per grant. It is never refundable and pays no debt. */
export function planPromo(input: { userId: string; grantId: string; amountMicros: number }): TransferDraft[] {
  const { userId, grantId } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros <= 0) throw new RangeError(`A promotion of ${amountMicros} micros gives nothing`)
  return [
    {
      kind: 'promo',
      debitAccountId: systemAccountId('promo_expense'),
      creditAccountId: userAccountId(userId, 'promo'),
      amountMicros,
      causeType: 'promo',
      causeId: grantId,
      idempotencyKey: `promo:${grantId}`,
      holdId: null,
      settlementId: null,
      userId,
      expects: null,
    },
  ]
}
