import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { ledgerAccounts, transfers } from '#db/schema/ledger.ts'
import type { TransferDraft } from '#lib/core/ledger/transfer-draft.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * One INSERT per draft, for a db batch. Ids are `<plan>.<n>` in the order of the plan, so that the rows of one cause stand together in
 * time order and the statement shows them as one entry. With `onRepeat: 'skip'` a transfer that was made before is passed over
 * instead of refused.
 */
export function insertTransfers(
  ctx: Ctx,
  drafts: readonly TransferDraft[],
  options: { onRepeat?: 'refuse' | 'skip' } = {},
): BatchItem<'sqlite'>[] {
  if (drafts.length > 9) throw new RangeError(`${drafts.length} transfers in one plan would not sort by their ids`)
  const planId = ctx.newId('transfer')
  const createdAtMs = ctx.nowMs()
  return drafts.map((draft, index) => {
    const { expects, ...columns } = draft
    const amountMicros = expects ? amountIfUnchanged(draft.amountMicros, expects) : draft.amountMicros
    const insert = ctx.db
      .insert(transfers)
      .values({ ...columns, id: `${planId}.${index + 1}`, amountMicros, createdAtMs })
    return options.onRepeat === 'skip' ? insert.onConflictDoNothing({ target: transfers.idempotencyKey }) : insert
  })
}

/** NULL, which the column refuses, when the balance is not the one the plan was made for. */
function amountIfUnchanged(amountMicros: number, expects: { accountId: string; balanceMicros: number }): SQL<number> {
  return sql`(SELECT ${amountMicros} FROM ${ledgerAccounts} WHERE id = ${expects.accountId} AND balance_micros = ${expects.balanceMicros})`
}
