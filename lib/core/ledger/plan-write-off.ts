import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId, userAccountId } from './accounts.ts'
import { expecting, type TransferDraft } from './transfer-draft.ts'

/** Gives up what a user owes, once per decision. Rests on the debt being what it was: nobody is given credit by it. */
export function planWriteOff(input: { userId: string; decisionId: string; owedMicros: number }): TransferDraft[] {
  const { userId, decisionId } = input
  const amountMicros = requireMicros(input.owedMicros)
  if (amountMicros <= 0) throw new RangeError(`There is no debt of ${amountMicros} micros to write off`)
  const receivable = userAccountId(userId, 'receivable')
  const draft: TransferDraft = {
    kind: 'write_off',
    debitAccountId: systemAccountId('bad_debt'),
    creditAccountId: receivable,
    amountMicros,
    causeType: 'admin',
    causeId: decisionId,
    idempotencyKey: `write_off:${decisionId}`,
    holdId: null,
    settlementId: null,
    userId,
    expects: null,
  }
  return expecting([draft], receivable, -amountMicros)
}
