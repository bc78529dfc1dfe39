import { type SQL, sql } from 'drizzle-orm'
import type { UserCtx } from '#lib/services/context.ts'
import { checkRateLimit } from './check-rate-limit.ts'
import { PERSONAL_DATA, type TablePolicy } from './personal-data.ts'

/** Rows one read takes: what is in memory at a time. */
const PAGE_ROWS = 100
/** How long the links to the files are good for. */
export const EXPORT_LINKS_S = 24 * 3600

type Row = Record<string, unknown>

/** Counts an export and begins it. Throws AppError `rate_limited`. */
export async function exportAccount({ ctx }: { ctx: UserCtx }): Promise<AsyncGenerator<string, void, undefined>> {
  await checkRateLimit({ ctx, input: { key: `export:${ctx.userId}`, ...ctx.settings.rateLimits['export.user'] } })
  return pieces(ctx)
}

/** Everything we hold about a user as one JSON document, page by page: memory does not grow with their history. */
async function* pieces(ctx: UserCtx): AsyncGenerator<string, void, undefined> {
  const about =
    'Everything ReelBallers stores about you. Amounts are millionths of a US dollar. Links to files end after a day.'
  yield `{\n"about": ${JSON.stringify(about)},\n"made_at": ${JSON.stringify(new Date(ctx.nowMs()).toISOString())}`
  for (const [table, policy] of Object.entries(PERSONAL_DATA)) {
    if ('not' in policy.exported) continue
    yield `,\n${JSON.stringify(policy.exported.as)}: [`
    let before = '\n'
    for await (const row of rowsOf(ctx, table, policy)) {
      yield `${before}${JSON.stringify(await readable(ctx, table, row))}`
      before = ',\n'
    }
    yield ']'
  }
  yield '\n}\n'
}

/** By SQLite's own row numbers, which every table has: a page begins after the last row of the one before. */
async function* rowsOf(ctx: UserCtx, table: string, policy: TablePolicy): AsyncGenerator<Row, void, undefined> {
  const pageRows = ('as' in policy.exported && policy.exported.pageRows) || PAGE_ROWS
  const hidden = new Set(['as' in policy.exported ? (policy.exported.without ?? []) : []].flat())
  for (let after = 0; ; ) {
    const page: Row[] = await ctx.db.all(
      sql`SELECT rowid AS row_number_, * FROM ${sql.identifier(table)} WHERE ${isOwn(ctx, policy)} AND rowid > ${after} ORDER BY rowid LIMIT ${pageRows}`,
    )
    for (const { row_number_, ...row } of page) {
      after = Number(row_number_)
      yield Object.fromEntries(Object.entries(row).filter(([column]) => !hidden.has(column)))
    }
    if (page.length < pageRows) return
  }
}

function isOwn(ctx: UserCtx, { owner }: TablePolicy): SQL {
  switch (owner) {
    case 'self':
      return sql`id = ${ctx.userId}`
    case 'user_id':
      return sql`user_id = ${ctx.userId}`
    case 'nobody':
      return sql`0`
    default:
      return sql`${sql.identifier(owner.column)} IN (SELECT id FROM ${sql.identifier(owner.of)} WHERE user_id = ${ctx.userId})`
  }
}

/** Moments as dates, JSON as what it says, and links to what is stored. */
async function readable(ctx: UserCtx, table: string, row: Row): Promise<Row> {
  const shown = Object.entries(row).map(([column, value]): [string, unknown] => {
    if (typeof value === 'number' && /(?:_at|^expires|_due_at|^email_verified)_ms$/.test(column)) {
      return [column.replace(/_ms$/, ''), new Date(value).toISOString()]
    }
    if (typeof value === 'string' && column.endsWith('_json')) return [column.replace(/_json$/, ''), parsed(value)]
    return [column, value]
  })
  const link = await downloadLink(ctx, table, row)
  return { ...Object.fromEntries(shown), ...(link && { download_url: link }) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

async function downloadLink(ctx: UserCtx, table: string, row: Row): Promise<string | null> {
  const isStored = table === 'assets' ? row.state === 'ready' : table === 'job_outputs' && row.deleted_at_ms === null
  if (!isStored || typeof row.object_key !== 'string') return null
  const name = typeof row.file_name === 'string' ? row.file_name : String(row.name)
  return await ctx.storage.presignGet(row.object_key, { expiresInS: EXPORT_LINKS_S, downloadAs: name })
}
