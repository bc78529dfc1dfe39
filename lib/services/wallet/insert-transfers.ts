import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { ledgerAccounts, transfers } from '#db/schema/ledger.ts'
import type { TransferDraft } from '#lib/core/ledger/transfer-draft.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * One INSERT per draft, for a db batch. Ids are `<entry>.<n>`, so that the rows of one cause stand together in time order and the
 * statement shows them as one entry. With `onRepeat: 'skip'` a transfer that was made before is passed over instead of refused.
 */
export function insertTransfers(
  ctx: Ctx,
  drafts: readonly TransferDraft[],
  options: { onRepeat?: 'refuse' | 'skip' } = {},
): BatchItem<'sqlite'>[] {
  const entries = new Map<string, { id: string; count: number }>()
  const createdAtMs = ctx.nowMs()
  return drafts.map((draft) => {
    const cause = `${draft.kind} ${draft.causeType} ${draft.causeId}`
    const entry = entries.get(cause) ?? { id: ctx.newId('transfer'), count: 0 }
    entry.count += 1
    entries.set(cause, entry)
    const { expects, ...columns } = draft
    const amountMicros = expects ? amountIfUnchanged(draft.amountMicros, expects) : draft.amountMicros
    const row = { ...columns, id: `${entry.id}.${entry.count}`, amountMicros, createdAtMs }
    const insert = ctx.db.insert(transfers).values(row)
    return options.onRepeat === 'skip' ? insert.onConflictDoNothing({ target: transfers.idempotencyKey }) : insert
  })
}

/** NULL, which the column refuses, when the balance is not the one the plan was made for. */
function amountIfUnchanged(amountMicros: number, expects: { accountId: string; balanceMicros: number }): SQL<number> {
  return sql`(SELECT ${amountMicros} FROM ${ledgerAccounts} WHERE id = ${expects.accountId} AND balance_micros = ${expects.balanceMicros})`
}
