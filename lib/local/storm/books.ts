import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFolder } from '#lib/local/migrate.ts'

type Row = Record<string, string | number | null>

/** This instance's database, as workerd left it on the disk. Close it. */
export function openBooks(dir: string): DatabaseSync {
  const folder = join(databaseFolder(dir), 'v3', 'd1', 'miniflare-D1DatabaseObject')
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
  if (!file) throw new Error(`There is no database in ${folder}.`)
  return new DatabaseSync(join(folder, file), { timeout: 5_000 })
}

export function readRows(db: DatabaseSync, sql: string): Row[] {
  return db.prepare(sql).all() as Row[]
}

/** What users' accounts gained or lost by anything that is neither a top-up nor a job. */
const OTHER_MOVES = `
  (SELECT coalesce(sum(CASE WHEN c.user_id = u.id THEN t.amount_micros ELSE 0 END), 0)
        - coalesce(sum(CASE WHEN d.user_id = u.id THEN t.amount_micros ELSE 0 END), 0)
   FROM transfers t JOIN ledger_accounts c ON c.id = t.credit_account_id JOIN ledger_accounts d ON d.id = t.debit_account_id
   WHERE t.kind NOT IN ('top_up', 'hold', 'capture', 'release') AND (c.user_id = u.id OR d.user_id = u.id))`

/** Each rule with the query that finds what breaks it, written apart from the product's own checks. */
const RULES: readonly (readonly [rule: string, findBreaches: string])[] = [
  ['the file is sound', `SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'`],
  ['every reference has its row', `SELECT * FROM pragma_foreign_key_check`],
  [
    'each balance is the sum of its transfers',
    `SELECT id, balance_micros, moved FROM (
       SELECT a.id, a.balance_micros,
         (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE credit_account_id = a.id)
       - (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE debit_account_id = a.id) AS moved
       FROM ledger_accounts a) WHERE balance_micros <> moved`,
  ],
  [
    'all accounts sum to zero',
    `SELECT sum(balance_micros) AS total FROM ledger_accounts HAVING sum(balance_micros) <> 0`,
  ],
  [
    'held is the sum of the open holds',
    `SELECT * FROM (SELECT a.user_id, a.balance_micros, (SELECT coalesce(sum(h.amount_micros), 0) FROM holds h
         WHERE h.user_id = a.user_id AND NOT EXISTS (SELECT 1 FROM settlements s WHERE s.hold_id = h.id)) AS open_micros
       FROM ledger_accounts a WHERE a.kind = 'held') WHERE balance_micros <> open_micros`,
  ],
  [
    'no user is below zero',
    `SELECT id, balance_micros FROM ledger_accounts WHERE balance_micros < 0
      AND kind IN ('available', 'held', 'promo')`,
  ],
  ['every job has ended', `SELECT id, state FROM jobs WHERE state NOT IN ('succeeded', 'failed', 'canceled')`],
  [
    'every attempt has ended',
    `SELECT id, state FROM attempts WHERE state NOT IN ('completed', 'failed', 'timed_out', 'canceled', 'lost')`,
  ],
  [
    'every hold has its job, and every job its one settlement',
    `SELECT h.id, count(DISTINCT j.id) AS jobs, count(DISTINCT s.id) AS settlements FROM holds h
       LEFT JOIN jobs j ON j.hold_id = h.id LEFT JOIN settlements s ON s.hold_id = h.id AND s.job_id = j.id AND s.outcome = j.state
       GROUP BY h.id HAVING jobs <> 1 OR settlements <> 1`,
  ],
  [
    'capture + release = hold, in the settlement and in its transfers',
    `SELECT * FROM (SELECT s.id, h.amount_micros, s.capture_micros, s.release_micros,
         (SELECT coalesce(sum(amount_micros), 0) FROM transfers t WHERE t.settlement_id = s.id AND t.kind = 'capture') AS captured,
         (SELECT coalesce(sum(amount_micros), 0) FROM transfers t WHERE t.settlement_id = s.id AND t.kind = 'release'
            AND t.debit_account_id = h.user_id || ':held') AS released
       FROM settlements s JOIN holds h ON h.id = s.hold_id)
     WHERE capture_micros + release_micros <> amount_micros OR captured <> capture_micros OR released <> release_micros`,
  ],
  [
    'what failed costs nothing',
    `SELECT job_id, capture_micros FROM settlements WHERE outcome = 'failed' AND capture_micros <> 0`,
  ],
  [
    'what succeeded has one completed run, its result, and a charge within the ceiling',
    `SELECT * FROM (SELECT j.id, s.capture_micros, q.ceiling_micros,
         (SELECT count(*) FROM attempts a WHERE a.job_id = j.id AND a.state = 'completed') AS completed,
         (SELECT count(*) FROM job_outputs o WHERE o.job_id = j.id) AS products
       FROM jobs j JOIN settlements s ON s.job_id = j.id JOIN quotes q ON q.id = j.quote_id WHERE j.state = 'succeeded')
     WHERE completed <> 1 OR products = 0 OR capture_micros NOT BETWEEN 1 AND ceiling_micros`,
  ],
  [
    'a produced video is what a job that succeeded made',
    `SELECT id, job_id FROM assets p WHERE kind = 'produced' AND NOT EXISTS (
       SELECT 1 FROM job_outputs o JOIN jobs j ON j.id = o.job_id AND j.state = 'succeeded' WHERE o.asset_id = p.id)`,
  ],
  [
    'a wallet is what was credited minus what was captured',
    `SELECT * FROM (SELECT u.id,
         (SELECT coalesce(sum(balance_micros), 0) FROM ledger_accounts WHERE user_id = u.id) AS wallet,
         (SELECT coalesce(sum(amount_cents), 0) * 10000 FROM top_ups WHERE user_id = u.id AND state = 'credited') AS credited,
         (SELECT coalesce(sum(s.capture_micros), 0) FROM settlements s JOIN jobs j ON j.id = s.job_id WHERE j.user_id = u.id) AS captured,
         ${OTHER_MOVES} AS other
       FROM users u) WHERE wallet <> credited - captured + other`,
  ],
  [
    'a top-up is booked once, in full, when it is credited, and never otherwise',
    `SELECT * FROM (SELECT p.id, p.state, p.amount_cents, (SELECT coalesce(sum(amount_micros), 0) FROM transfers
         WHERE cause_type = 'top_up' AND cause_id = p.id AND debit_account_id = 'system:stripe_clearing') AS booked FROM top_ups p)
     WHERE booked <> iif(state = 'credited', amount_cents * 10000, 0)`,
  ],
  [
    'every event is dealt with',
    `SELECT id, type, state, error FROM stripe_events WHERE state IN ('received', 'failed')`,
  ],
  [
    'nothing is on its way back any more',
    `SELECT id, balance_micros FROM ledger_accounts WHERE kind = 'refund_pending' AND balance_micros <> 0`,
  ],
  [`every refund has its end`, `SELECT id, state FROM refunds WHERE state IN ('requested', 'pending')`],
  ['nothing drifted', `SELECT kind, message FROM alarms WHERE kind LIKE '%drift%'`],
]

/** Everything that is wrong, in words; empty when the books are right. */
export function auditBooks(db: DatabaseSync): string[] {
  return RULES.flatMap(([rule, sql]) => {
    const breaches = readRows(db, sql)
    const shown = breaches.slice(0, 3).map((row) => JSON.stringify(row))
    return breaches.length === 0 ? [] : [`${rule}: ${breaches.length} × not so, e.g. ${shown.join(' ')}`]
  })
}

/** The books by kind of account, for people to read. */
export function balanceTable(db: DatabaseSync): string {
  const rows = readRows(
    db,
    `SELECT a.kind, count(*) AS accounts, sum(a.balance_micros) AS balance,
       sum((SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE credit_account_id = a.id)) AS credits,
       sum((SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE debit_account_id = a.id)) AS debits
     FROM ledger_accounts a GROUP BY a.kind ORDER BY a.user_id IS NULL, a.kind`,
  )
  const total = rows.reduce((sum, row) => sum + Number(row.balance), 0)
  const line = (cells: readonly unknown[]) => cells.map((cell) => String(cell).padStart(16)).join('')
  return [
    line(['account', 'how many', 'credits', 'debits', 'balance']),
    ...rows.map((row) => line([row.kind, row.accounts, row.credits, row.debits, row.balance])),
    line(['all', '', '', '', total]),
  ].join('\n')
}
