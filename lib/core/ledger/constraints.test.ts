import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM_ACCOUNT_KINDS, USER_ACCOUNT_KINDS } from '#db/schema/ledger.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { SYSTEM_ACCOUNTS, USER_ACCOUNTS } from './accounts.ts'
import { CONSTRAINTS, recogniseConstraint } from './constraints.ts'

/** The tables on the way of money; what guards the others is their owners' business. */
const TABLES = [
  'attempts',
  'calibration',
  'disputes',
  'goodwill_refunds',
  'holds',
  'job_outputs',
  'jobs',
  'ledger_accounts',
  'promo_grants',
  'quotes',
  'refunds',
  'saved_cards',
  'segments',
  'settlements',
  'stripe_balance_entries',
  'stripe_events',
  'top_ups',
  'transfers',
  'wallet_settings',
]

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

async function query<Row>(sql: string): Promise<Row[]> {
  return (await t.d1.prepare(sql).all<Row>()).results
}

async function guardsOfDatabase(): Promise<string[]> {
  const quoted = TABLES.map((name) => `'${name}'`).join(', ')
  const rows = await query<{ type: string; tbl_name: string; sql: string | null }>(
    `SELECT type, tbl_name, sql FROM sqlite_master WHERE tbl_name IN (${quoted})`,
  )
  const guards = rows.flatMap(({ type, tbl_name, sql }) => {
    if (!sql) return []
    if (type === 'table') return [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map((match) => match[1] ?? '')
    if (type === 'trigger') return [...sql.matchAll(/RAISE\(ABORT, '(\w+)'\)/g)].map((match) => match[1] ?? '')
    const columns = /UNIQUE INDEX [^(]*\(([^)]*)\)/.exec(sql)?.[1]
    return columns ? [[...columns.matchAll(/`(\w+)`/g)].map((match) => `${tbl_name}.${match[1]}`).join(', ')] : []
  })
  return [...new Set(guards)].sort()
}

/** Guards that are no CHECK, trigger or unique index: NOT NULL, primary and foreign keys. */
const PRIMARY_KEYS = [
  'holds.id',
  'jobs.id',
  'promo_grants.id',
  'refunds.id',
  'settlements.id',
  'stripe_balance_entries.id',
  'stripe_events.id',
  'transfers.id',
]
const ELSEWHERE = [
  ...PRIMARY_KEYS,
  'FOREIGN KEY',
  'transfers.amount_micros',
  'ledger_walk.mark',
  'goodwill_refunds.reason',
  'quotes.facts_json',
  'top_ups.amount_cents',
]

test('every guard of the database has a meaning, and every meaning a guard', async () => {
  const known = Object.values(CONSTRAINTS).map((constraint) => constraint.reportedAs)
  expect(known.filter((reportedAs) => !ELSEWHERE.includes(reportedAs)).sort()).toEqual(await guardsOfDatabase())
})

test('accounts are the same in the rules and in the database', () => {
  expect(USER_ACCOUNTS).toEqual(USER_ACCOUNT_KINDS)
  expect(SYSTEM_ACCOUNTS).toEqual(SYSTEM_ACCOUNT_KINDS)
})

describe('a refusal is recognised from what D1 says', () => {
  const transfer = (columns: Record<string, string | number | null>) => {
    const row = {
      id: "'t'",
      kind: "'adjustment'",
      debit_account_id: "'system:bank'",
      credit_account_id: "'system:adjustments'",
      amount_micros: 5,
      cause_type: "'admin'",
      cause_id: "'a'",
      idempotency_key: "'k'",
      created_at_ms: 1,
      ...columns,
    }
    const values = Object.values(row).map((value) => value ?? 'NULL')
    return `INSERT INTO transfers (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`
  }
  const account = "INSERT INTO ledger_accounts (id, user_id, kind, balance_micros) VALUES ('x', NULL,"

  test.each([
    ['a CHECK', transfer({ amount_micros: 0 }), 'transfer_amount_positive'],
    ['a UNIQUE key', `${transfer({})}; ${transfer({ id: "'t2'" })}`, 'transfers_idempotency_unique'],
    [
      'a foreign key',
      transfer({ id: "'t3'", credit_account_id: "'system:nowhere'", idempotency_key: "'k2'" }),
      'foreign_key',
    ],
    ['NOT NULL', transfer({ amount_micros: null, idempotency_key: "'k3'" }), 'transfer_plan_is_stale'],
    ['a trigger', `${account} 'bank', 5)`, 'ledger_accounts_open_empty'],
    [
      'a primary key',
      "INSERT INTO stripe_events VALUES ('e', 't', 'done', '', NULL, 0, 1, 1, 1)",
      'stripe_events_unique',
    ],
  ])('%s', async (_name, statements, constraint) => {
    const run = async () => {
      for (const statement of statements.split('; ')) await t.d1.prepare(statement).run()
    }
    if (constraint === 'stripe_events_unique') await run()
    const error = await run().then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(recogniseConstraint(error instanceof Error ? error.message : 'nothing was refused')).toBe(constraint)
  })

  test('and nothing else is', () => {
    expect(recogniseConstraint('D1_ERROR: no such table: transfers: SQLITE_ERROR')).toBeNull()
    expect(recogniseConstraint('D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT')).toBeNull()
    expect(recogniseConstraint('Network connection lost.')).toBeNull()
  })
})
