import type { TransferKind } from '#lib/contracts/api/wallet.ts'

/** What made money move. `hold` covers everything that happens to one hold: placing, capture and release. */
export type CauseType =
  | 'hold'
  | 'attempt'
  | 'top_up'
  | 'promo'
  | 'goodwill'
  | 'refund'
  | 'dispute'
  | 'balance_entry'
  | 'admin'
  | 'closing'

/** A transfer before it has an id and a time: the debit account goes down, the credit account goes up. */
export interface TransferDraft {
  kind: TransferKind
  debitAccountId: string
  creditAccountId: string
  amountMicros: number
  causeType: CauseType
  causeId: string
  /** Permanent and derived from the cause alone, never from time or chance. */
  idempotencyKey: string
  holdId: string | null
  settlementId: string | null
  /** Whose statement shows it. */
  userId: string | null
  /**
   * The balance this plan was made for. When it is another one by the time the row is written, the database refuses the row
   * (`transfer_plan_is_stale`) and with it the whole batch, and the plan is made anew.
   */
  expects: { accountId: string; balanceMicros: number } | null
}

/** Drops what moves nothing: a transfer's amount is always above zero. */
export function nonZero(drafts: readonly TransferDraft[]): TransferDraft[] {
  return drafts.filter((draft) => draft.amountMicros !== 0)
}

/**
 * The plan rests on what the user owed when it was made, so its first transfer says so: a chargeback that lands in between must
 * not slip past "debt first".
 */
export function expecting(drafts: readonly TransferDraft[], accountId: string, balanceMicros: number): TransferDraft[] {
  return drafts.map((draft, index) => (index === 0 ? { ...draft, expects: { accountId, balanceMicros } } : draft))
}
