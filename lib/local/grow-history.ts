import type { LocalD1 } from './d1-over-http.ts'

/** Rows that stand for one finished job of the user whose history grows: they are copied, with other ids. */
export interface Template {
  userId: string
  jobId: string
  topUpId: string
  eventId: string
}

/** An hour between jobs: a day's limit on spending looks at a day, however long the history is. */
const AT = 'template.created_at_ms - (200000 - n) * 3600000'

/** Of every ten transfers, seven are top-ups, three a job's hold, capture and release. */
const TOP_UPS_PER_JOB = 7
const TRANSFERS_PER_JOB = TOP_UPS_PER_JOB + 3
const JOBS_PER_STATEMENT = 2_000

/** Copies the template until this many transfers more are in the books, as one user's; the guards are all in force. */
export async function growHistory(
  d1: LocalD1,
  template: Template,
  fromJob: number,
  transfers: number,
): Promise<number> {
  const toJob = fromJob + Math.ceil(transfers / TRANSFERS_PER_JOB)
  for (let first = fromJob; first < toJob; first += JOBS_PER_STATEMENT) {
    const last = Math.min(first + JOBS_PER_STATEMENT, toJob) - 1
    const statements = await copies(d1, template, `VALUES (${first}) UNION ALL SELECT n + 1 FROM seq WHERE n < ${last}`)
    await d1.batch(statements.map((sql) => d1.prepare(sql)))
  }
  return toJob
}

async function copies(d1: LocalD1, { userId, jobId, topUpId, eventId }: Template, seq: string): Promise<string[]> {
  const job = `SELECT quote_id, hold_id FROM jobs WHERE id = '${jobId}'`
  const id = (prefix: string, n = 'n') => `'${prefix}_copy_' || ${n}`
  const copy = (table: string, where: string, changes: Record<string, string>, numbers = 'SELECT n FROM seq') =>
    copyRows(d1, table, { where, changes, numbers: `WITH RECURSIVE seq(n) AS (${seq})`, from: numbers })
  const ofHold = (kind: string) => `cause_id = (SELECT hold_id FROM jobs WHERE id = '${jobId}') AND kind = '${kind}'`
  const keys = { hold_id: id('hold'), settlement_id: `iif(settlement_id IS NULL, NULL, ${id('set')})` }
  const transfer = (kind: string) => ({
    ...keys,
    id: `'copy_' || printf('%09d', n) || '${kind}.' || substr(id, -1)`,
    idempotency_key: `'${kind}_copy_' || n`,
    cause_id: id('hold'),
    created_at_ms: AT,
  })
  const topUps = `SELECT n * 10 + value AS n FROM seq, json_each('${JSON.stringify([...Array(TOP_UPS_PER_JOB).keys()])}')`
  return Promise.all([
    copy('top_ups', `id = '${topUpId}'`, {
      id: id('top'),
      click_id: id('click'),
      checkout_session_id: id('cs'),
      payment_intent_id: id('pi'),
      charge_id: 'NULL',
    }),
    copy('stripe_events', `id = '${eventId}'`, { id: id('evt') }),
    copy(
      'transfers',
      `kind = 'top_up' AND user_id = '${userId}' AND cause_id = '${topUpId}'`,
      {
        id: `'copy_' || printf('%09d', n) || 'top.1'`,
        idempotency_key: `'top_copy_' || n`,
        cause_id: id('top', 'n / 10'),
      },
      topUps,
    ),
    copy('quotes', `id = (SELECT quote_id FROM (${job}))`, { id: id('quo') }),
    copy('holds', `id = (SELECT hold_id FROM (${job}))`, { id: id('hold'), quote_id: id('quo'), created_at_ms: AT }),
    copy('transfers', ofHold('hold'), transfer('hold')),
    copy('jobs', `id = '${jobId}'`, { id: id('job'), quote_id: id('quo'), hold_id: id('hold') }),
    copy('settlements', `job_id = '${jobId}'`, { id: id('set'), job_id: id('job'), hold_id: id('hold') }),
    copy('transfers', ofHold('capture'), transfer('capture')),
    copy('transfers', ofHold('release'), transfer('release')),
  ])
}

/** One INSERT of many copies of one row: every column as it is, but for the changes. */
async function copyRows(
  d1: LocalD1,
  table: string,
  how: { where: string; changes: Record<string, string>; numbers: string; from: string },
): Promise<string> {
  const { results } = await d1.prepare(`PRAGMA table_info(${table})`).all<{ name: string }>()
  const columns = results.map(({ name }) => name)
  const values = columns.map((name) => how.changes[name] ?? `template.${name}`)
  const source = `(SELECT * FROM ${table} WHERE ${how.where} LIMIT 1) AS template`
  return `${how.numbers} INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${source}, (${how.from})`
}
