import type { StatementFilter } from '#lib/contracts/api/wallet.ts'
import { csvLine } from '#lib/core/ledger/csv.ts'
import { exactCredits } from '#lib/core/money.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readStatement } from './read-statement.ts'

const ENTRIES_PER_READ = 400

const HEADER = [
  'time',
  'kind',
  'description',
  'detail',
  'spendable_change_credits',
  'held_change_credits',
  'spendable_after_credits',
  'job',
  'top_up',
  'entry',
]

/** The whole statement, or a selection, as CSV, newest first, in pieces: memory does not grow with the history. */
export async function* exportStatement({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: StatementFilter
}): AsyncGenerator<string, void, undefined> {
  yield csvLine(HEADER)
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await readStatement({ ctx, input: { ...input, pageSize: ENTRIES_PER_READ, cursor } })
    const lines = page.entries.map((entry) =>
      csvLine([
        new Date(entry.at_ms).toISOString(),
        entry.kind,
        entry.label,
        entry.detail ?? '',
        exactCredits(entry.spendable_change_micros),
        exactCredits(entry.held_change_micros),
        entry.spendable_after_micros === null ? '' : exactCredits(entry.spendable_after_micros),
        entry.job_id ?? '',
        entry.top_up_id ?? '',
        entry.id,
      ]),
    )
    if (lines.length > 0) yield lines.join('')
    cursor = page.next_cursor
  }
}
