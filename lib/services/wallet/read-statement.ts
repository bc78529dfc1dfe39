import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { transfers } from '#db/schema/ledger.ts'
import type { Statement, TransferKind } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { MOST_ROWS_PER_ENTRY, type StatementRow, statementEntries } from '#lib/core/ledger/statement-entries.ts'
import type { UserCtx } from '#lib/services/context.ts'

export interface StatementInput {
  cursor?: string | undefined
  kind?: TransferKind | undefined
  /** Entries per page. */
  pageSize?: number
}

const PAGE_SIZE = 25

/**
 * One page of the user's statement, newest first: one entry per cause and kind. Reads the same number of rows whatever the history: one
 * range of an index. Throws `invalid_request` for a cursor that is none of ours.
 */
export async function readStatement({ ctx, input }: { ctx: UserCtx; input: StatementInput }): Promise<Statement> {
  const pageSize = input.pageSize ?? PAGE_SIZE
  const limit = pageSize * MOST_ROWS_PER_ENTRY + 1
  const rows = await statementQuery(ctx, input, limit)
  const entries = statementEntries(ctx.userId, rows)
  const page = entries.slice(0, pageSize)
  const last = page.at(-1)
  const isMore = entries.length > pageSize || rows.length === limit
  return {
    entries: page.map(({ entry }) => entry),
    next_cursor: last && isMore ? cursorAfter(last.lastRow) : null,
  }
}

/** Exported so that a test can count what this very query reads. */
export function statementQuery(ctx: UserCtx, input: StatementInput, limit: number) {
  return ctx.db
    .select({
      id: transfers.id,
      kind: transfers.kind,
      debitAccountId: transfers.debitAccountId,
      creditAccountId: transfers.creditAccountId,
      amountMicros: transfers.amountMicros,
      causeType: transfers.causeType,
      causeId: transfers.causeId,
      createdAtMs: transfers.createdAtMs,
      jobId: jobs.id,
      task: jobs.task,
    })
    .from(transfers)
    .leftJoin(jobs, eq(jobs.holdId, transfers.holdId))
    .where(
      and(
        eq(transfers.userId, ctx.userId),
        input.kind && eq(transfers.kind, input.kind),
        input.cursor === undefined ? undefined : before(input.cursor),
      ),
    )
    .orderBy(desc(transfers.createdAtMs), desc(transfers.id))
    .limit(limit)
}

function cursorAfter(row: StatementRow): string {
  return `${row.createdAtMs}_${row.id}`
}

function before(cursor: string): SQL {
  const [, createdAtMs, id] = /^(\d{1,15})_([\w.]{1,100})$/.exec(cursor) ?? []
  if (createdAtMs === undefined || id === undefined) {
    throw new AppError('invalid_request', 'This page of the statement does not exist.', { field: 'cursor' })
  }
  return sql`(${transfers.createdAtMs}, ${transfers.id}) < (${Number(createdAtMs)}, ${id})`
}
