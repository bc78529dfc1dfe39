import { DatabaseSync } from 'node:sqlite'
import { beforeAll, expect, test } from 'vitest'
import { migrationStatements } from '#lib/local/test-db.ts'
import { auditBooks, balanceTable } from './books.ts'

/** The schema without its guards: what must be found is what got past them. */
let schema: string[]
beforeAll(async () => {
  const guarded = new DatabaseSync(':memory:')
  for (const statement of await migrationStatements()) guarded.exec(statement)
  const tables = guarded.prepare(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`).all()
  schema = tables.map((row) => String(row.sql))
  guarded.close()
})

type Values = Record<string, string | number>

/** Inserts a row; what it must have and is not given is empty or zero. */
function insert(db: DatabaseSync, table: string, values: Values): void {
  const row: Values = { ...values }
  for (const column of db.prepare(`SELECT name, type FROM pragma_table_info('${table}') WHERE "notnull" = 1`).all()) {
    row[String(column.name)] ??= column.type === 'TEXT' ? '' : 0
  }
  const names = Object.keys(row)
  const marks = names.map(() => '?').join()
  db.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${marks})`).run(...Object.values(row))
}

/** One user who paid a dollar, spent 30 cents of 50 held on a job, and has 70 left. */
function soundBooks(): DatabaseSync {
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false })
  db.exec('PRAGMA ignore_check_constraints = ON')
  for (const statement of schema) db.exec(statement)
  insert(db, 'users', { id: 'ann', email: 'ann@example.test' })
  const account = (id: string, user: string | null, balance: number) =>
    insert(db, 'ledger_accounts', {
      ...{ id, kind: id.split(':')[1] ?? '', balance_micros: balance },
      ...(user === null ? {} : { user_id: user }),
    })
  account('ann:available', 'ann', 700_000)
  account('ann:held', 'ann', 0)
  account('system:stripe_clearing', null, -1_000_000)
  account('system:revenue', null, 300_000)
  account('system:refund_pending', null, 0)
  const transfer = (id: string, kind: string, debit: string, credit: string, micros: number, more: Values = {}) =>
    insert(db, 'transfers', {
      ...{ id, kind, debit_account_id: debit, credit_account_id: credit, amount_micros: micros, idempotency_key: id },
      ...{ user_id: 'ann', ...more },
    })
  const paid = { cause_type: 'top_up', cause_id: 'top' }
  transfer('t1', 'top_up', 'system:stripe_clearing', 'ann:available', 1_000_000, paid)
  transfer('t2', 'hold', 'ann:available', 'ann:held', 500_000, { hold_id: 'hold' })
  transfer('t3', 'capture', 'ann:held', 'system:revenue', 300_000, { hold_id: 'hold', settlement_id: 'set' })
  transfer('t4', 'release', 'ann:held', 'ann:available', 200_000, { hold_id: 'hold', settlement_id: 'set' })
  insert(db, 'top_ups', { id: 'top', user_id: 'ann', state: 'credited', amount_cents: 100 })
  insert(db, 'assets', { id: 'film', user_id: 'ann', kind: 'uploaded' })
  insert(db, 'assets', { id: 'made', user_id: 'ann', kind: 'produced', job_id: 'job' })
  insert(db, 'quotes', { id: 'quote', user_id: 'ann', asset_id: 'film', ceiling_micros: 500_000 })
  insert(db, 'holds', { id: 'hold', user_id: 'ann', quote_id: 'quote', amount_micros: 500_000 })
  insert(db, 'jobs', {
    id: 'job',
    user_id: 'ann',
    asset_id: 'film',
    quote_id: 'quote',
    hold_id: 'hold',
    state: 'succeeded',
  })
  const settled = { outcome: 'succeeded', capture_micros: 300_000, release_micros: 200_000 }
  insert(db, 'settlements', { id: 'set', hold_id: 'hold', job_id: 'job', ...settled })
  insert(db, 'segments', { id: 'seg', job_id: 'job' })
  insert(db, 'attempts', { id: 'att', job_id: 'job', segment_id: 'seg', number: 1, state: 'completed' })
  insert(db, 'job_outputs', { id: 'out', job_id: 'job', asset_id: 'made', user_id: 'ann' })
  insert(db, 'stripe_events', { id: 'evt', state: 'done' })
  return db
}

test('books that are right have nothing to say, and a table that ends in zero', () => {
  const db = soundBooks()
  expect(auditBooks(db)).toEqual([])
  expect(balanceTable(db)).toMatch(/all +0$/)
})

test.each([
  ['every reference has its row', `UPDATE assets SET user_id = 'nobody' WHERE id = 'made'`],
  [
    'each balance is the sum of its transfers',
    `UPDATE ledger_accounts SET balance_micros = 700001 WHERE id = 'ann:available'`,
  ],
  ['all accounts sum to zero', `UPDATE ledger_accounts SET balance_micros = 299999 WHERE id = 'system:revenue'`],
  ['held is the sum of the open holds', `DELETE FROM settlements`],
  ['no user is below zero', `UPDATE ledger_accounts SET balance_micros = -1 WHERE id = 'ann:available'`],
  ['every job has ended', `UPDATE jobs SET state = 'finalizing'`],
  ['every attempt has ended', `UPDATE attempts SET state = 'dispatch_unknown'`],
  ['every hold has its job, and every job its one settlement', `UPDATE settlements SET outcome = 'failed'`],
  [
    'capture + release = hold, in the settlement and in its transfers',
    `UPDATE settlements SET release_micros = 200001`,
  ],
  [
    'capture + release = hold, in the settlement and in its transfers',
    `UPDATE transfers SET amount_micros = 1 WHERE id = 't3'`,
  ],
  ['what failed costs nothing', `UPDATE settlements SET outcome = 'failed'`],
  [
    'what succeeded has one completed run, its result, and a charge within the ceiling',
    `UPDATE quotes SET ceiling_micros = 299999`,
  ],
  [
    'what succeeded has one completed run, its result, and a charge within the ceiling',
    `UPDATE attempts SET state = 'lost'`,
  ],
  ['a produced video is what a job that succeeded made', `DELETE FROM job_outputs`],
  ['a wallet is what was credited minus what was captured', `UPDATE top_ups SET amount_cents = 101`],
  ['a top-up is booked once, in full, when it is credited, and never otherwise', `UPDATE top_ups SET state = 'failed'`],
  [
    'a top-up is booked once, in full, when it is credited, and never otherwise',
    `UPDATE transfers SET amount_micros = 2000000 WHERE id = 't1'`,
  ],
  ['every event is dealt with', `UPDATE stripe_events SET state = 'received'`],
  [
    'nothing is on its way back any more',
    `UPDATE ledger_accounts SET balance_micros = 1 WHERE id = 'system:refund_pending'`,
  ],
])('it says when this is not so: %s', (rule, breach) => {
  const db = soundBooks()
  db.exec(breach)
  expect(auditBooks(db).filter((line) => line.startsWith(`${rule}:`))).toHaveLength(1)
})
