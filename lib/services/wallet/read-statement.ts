import { and, desc, eq, gte, lt, or, type SQL, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { ledgerAccounts, topUps, transfers } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import type { Statement, StatementFilter } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { userAccountId } from '#lib/core/ledger/accounts.ts'
import {
  MOST_ROWS_PER_ENTRY,
  runBalance,
  type StatementRow,
  statementEntries,
} from '#lib/core/ledger/statement-entries.ts'
import type { UserCtx } from '#lib/services/context.ts'

export interface StatementInput extends StatementFilter {
  cursor?: string | undefined
  /** Entries per page. */
  pageSize?: number
}

const PAGE_SIZE = 25

/**
 * One page of the user's statement, newest first: one entry per cause and kind. Reads the same number of rows whatever the history: one
 * range of an index; a search reads on until the page is full. What could be spent after each entry is carried along in the cursor, while
 * nothing is left out between them. Throws `invalid_request` for a cursor that is none of ours.
 */
export async function readStatement({ ctx, input }: { ctx: UserCtx; input: StatementInput }): Promise<Statement> {
  const pageSize = input.pageSize ?? PAGE_SIZE
  const limit = pageSize * MOST_ROWS_PER_ENTRY + 1
  const cursor = input.cursor === undefined ? null : parseCursor(input.cursor)
  const [rows, newest] = await Promise.all([statementQuery(ctx, input, limit), newestMicros(ctx, input, cursor)])
  const found = statementEntries(
    ctx.userId,
    rows.map(({ source, paidWith, ...row }) => ({ ...row, topUp: source === null ? null : { source, paidWith } })),
  )
  const page = found.slice(0, pageSize)
  const entries = page.map(({ entry }) => entry)
  const run = newest === null ? null : runBalance(entries, newest)
  const last = page.at(-1)
  const isMore = found.length > pageSize || rows.length === limit
  return {
    entries: run?.entries ?? entries,
    next_cursor: last && isMore ? cursorAfter(last.lastRow, run?.beforeMicros ?? null) : null,
  }
}

/** Exported so that a test can count what this very query reads. */
export function statementQuery(ctx: UserCtx, input: StatementInput, limit: number) {
  const cursor = input.cursor === undefined ? null : parseCursor(input.cursor)
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
      clip: assets.fileName,
      source: topUps.source,
      paidWith: topUps.paidWith,
    })
    .from(transfers)
    .leftJoin(jobs, eq(jobs.holdId, transfers.holdId))
    .leftJoin(assets, eq(assets.id, jobs.assetId))
    .leftJoin(topUps, and(eq(topUps.id, transfers.causeId), eq(transfers.causeType, 'top_up')))
    .where(
      and(
        eq(transfers.userId, ctx.userId),
        input.kind && eq(transfers.kind, input.kind),
        input.from_ms === undefined ? undefined : gte(transfers.createdAtMs, input.from_ms),
        input.to_ms === undefined ? undefined : lt(transfers.createdAtMs, input.to_ms),
        input.job_id === undefined ? undefined : eq(jobs.id, input.job_id),
        input.search === undefined ? undefined : matches(input.search),
        cursor ? sql`(${transfers.createdAtMs}, ${transfers.id}) < (${cursor.atMs}, ${cursor.id})` : undefined,
      ),
    )
    .orderBy(desc(transfers.createdAtMs), desc(transfers.id))
    .limit(limit)
}

/** LIKE's own signs are letters here. */
function matches(search: string): SQL | undefined {
  const literal = search.replace(/[\\%_]/g, (sign) => `\\${sign}`)
  const contains = sql`${assets.fileName} LIKE ${`%${literal}%`} ESCAPE '\\'`
  const begins = (column: SQL.Aliased | object) => sql`${column} LIKE ${`${literal}%`} ESCAPE '\\'`
  return or(contains, begins(jobs.id), begins(topUps.id), begins(topUps.paymentIntentId), begins(topUps.chargeId))
}

/** What could be spent after the newest entry of this page; null for a selection that leaves movements out in between. */
async function newestMicros(ctx: UserCtx, input: StatementInput, cursor: Cursor | null): Promise<number | null> {
  if (input.kind || input.job_id !== undefined || input.search !== undefined) return null
  if (cursor) return cursor.spendableMicros
  const [available, promo] = [userAccountId(ctx.userId, 'available'), userAccountId(ctx.userId, 'promo')]
  const later = (account: string) =>
    sql`coalesce((
      SELECT sum(CASE WHEN credit_account_id = ${account} THEN amount_micros ELSE 0 END)
        - sum(CASE WHEN debit_account_id = ${account} THEN amount_micros ELSE 0 END)
      FROM transfers WHERE user_id = ${ctx.userId} AND created_at_ms >= ${input.to_ms ?? Number.MAX_SAFE_INTEGER}
    ), 0)`
  const [row] = await ctx.db
    .select({
      micros: sql<number>`coalesce(sum(${ledgerAccounts.balanceMicros}), 0) - ${later(available)} - ${later(promo)}`,
    })
    .from(ledgerAccounts)
    .where(or(eq(ledgerAccounts.id, available), eq(ledgerAccounts.id, promo)))
  return row?.micros ?? 0
}

interface Cursor {
  atMs: number
  id: string
  spendableMicros: number | null
}

function cursorAfter(row: StatementRow, spendableMicros: number | null): string {
  return `${row.createdAtMs}_${row.id}${spendableMicros === null ? '' : `~${spendableMicros}`}`
}

function parseCursor(cursor: string): Cursor {
  const [, atMs, id, spendable] = /^(\d{1,15})_([\w.]{1,100})(?:~(-?\d{1,15}))?$/.exec(cursor) ?? []
  if (atMs === undefined || id === undefined) {
    throw new AppError('invalid_request', 'This page of the statement does not exist.', { field: 'cursor' })
  }
  return { atMs: Number(atMs), id, spendableMicros: spendable === undefined ? null : Number(spendable) }
}
