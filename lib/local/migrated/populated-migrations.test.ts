import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeDb } from '#db/client.ts'
import { type LocalD1, openLocalD1 } from '#lib/local/d1-over-http.ts'
import { openTestDb } from '#lib/local/test-db.ts'
import { checkBooks } from '#lib/services/wallet/check-books.ts'
import { walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { populate } from './populate.ts'
import { readSchema } from './read-schema.ts'
import { type Retired, takePicture, whatWasLost } from './what-was-lost.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'migrations')

/** The first migrations make the tables and their guards; a database is used from there on. */
const FIRST_IN_USE = '0001_guards.sql'

/** What was taken away or changed on purpose. A migration that is not here loses nothing. */
const RETIRED: Retired = {
  // One result per job became a set of products; being set up anew is how SQLite changes a constraint.
  '0006_job_products.sql': [
    'jobs.output_asset_id',
    'job_succeeded_has_output',
    'jobs.hold_id',
    'jobs_end_with_settlement',
  ],
  // Events parked for want of a rule go back to the inbox.
  '0012_refund_and_dispute_guards.sql': ['stripe_events.state', 'stripe_events.attempts'],
}

/** Tables that the next migration fills, and nothing before it. */
const NOT_YET_IN_USE: Readonly<Record<string, readonly string[]>> = {
  '0007_ledger_walk.sql': ['ledger_walk', 'ledger_sums', 'wallet_totals'],
}

interface Migration {
  name: string
  text: string
}

async function migrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(FOLDER, name), 'utf8') })))
}

async function apply(d1: LocalD1, { text }: Migration): Promise<void> {
  const statements = text
    .split('--> statement-breakpoint')
    .filter((statement) => statement.replace(/--.*$/gm, '').trim())
  await d1.batch(statements.map((statement) => d1.prepare(statement)))
}

async function query<Row>(d1: LocalD1, sql: string): Promise<Row[]> {
  return (await d1.prepare(sql).all<Row>()).results
}

/** Accounts whose balance is not the sum of their transfers, by the plainest means; money is conserved with every one in order. */
async function wrongBalances(d1: LocalD1): Promise<unknown[]> {
  return query(
    d1,
    `SELECT id, balance_micros FROM ledger_accounts AS a WHERE balance_micros <>
      (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE credit_account_id = a.id)
      - (SELECT coalesce(sum(amount_micros), 0) FROM transfers WHERE debit_account_id = a.id)`,
  )
}

async function totalMoved(d1: LocalD1): Promise<number> {
  const [row] = await query<{ micros: number }>(d1, 'SELECT coalesce(sum(amount_micros), 0) AS micros FROM transfers')
  return row?.micros ?? 0
}

/** Applies one migration after the other to a database that is filled anew at every step; what each lost, by its name. */
async function migratePopulated(
  d1: LocalD1,
  files: readonly Migration[],
  from = FIRST_IN_USE,
): Promise<Map<string, string[]>> {
  const losses = new Map<string, string[]>()
  let inUse = false
  for (const [index, migration] of files.entries()) {
    const [before, moved] = inUse ? [await takePicture(d1), await totalMoved(d1)] : [null, 0]
    await apply(d1, migration)
    if (before) {
      const lost = whatWasLost(before, await takePicture(d1), migration.text, RETIRED[migration.name] ?? [])
      const orphans = await query(d1, 'PRAGMA foreign_key_check')
      const wrong = await wrongBalances(d1)
      if ((await totalMoved(d1)) !== moved) lost.push('the sum of all transfers changed')
      losses.set(migration.name, [...lost, ...[...orphans, ...wrong].map((row) => JSON.stringify(row))])
    }
    inUse ||= migration.name === from
    if (inUse) await populate(d1, `v${index}`, NOT_YET_IN_USE[migration.name])
  }
  return losses
}

test('migrations of a populated database keep every trigger, constraint, index, row and micro', async () => {
  const [d1, fresh] = [await openLocalD1(), await openTestDb()]
  try {
    const files = await migrations()
    const losses = await migratePopulated(d1, files)
    expect(Object.fromEntries([...losses].filter(([, lost]) => lost.length > 0))).toEqual({})
    expect(losses.size).toBe(files.length - 2)
    expect(await readSchema(d1)).toEqual(await readSchema(fresh.d1))
    const picture = await takePicture(d1)
    const empty = [...picture.rows].filter(([, rows]) => rows.length === 0).map(([name]) => name)
    expect(empty).toEqual([])
    const states = await query<{ state: string }>(d1, 'SELECT DISTINCT state FROM jobs')
    expect(states).toHaveLength(6)
    const ctx = walletCtx(makeDb(d1 as unknown as Parameters<typeof makeDb>[0]))
    for (let run = 0; run < 4; run++) expect(await checkBooks({ ctx })).toMatchObject({ caughtUp: true, drifts: [] })
  } finally {
    await Promise.all([d1.close(), fresh.close()])
  }
}, 300_000)

/** Migrations that somebody could have written: each loses something, and is told what. */
const BAD: [string, string, RegExp][] = [
  [
    'a table made anew without its triggers',
    `CREATE TABLE __new_calibration AS SELECT * FROM calibration; --> statement-breakpoint
     DROP TABLE calibration; --> statement-breakpoint
     ALTER TABLE __new_calibration RENAME TO calibration`,
    /lost: calibration_keeps_the_newest/,
  ],
  ['a table made anew without its CHECK', '', /lost CHECK: calibration_is_positive/],
  ['a table made anew without its index', '', /lost: calibration_class/],
  ['a table made anew without its reference', '', /lost reference: calibration.user_id/],
  ['rows that are rounded', 'UPDATE quotes SET ceiling_micros = ceiling_micros + 1', /changed row of quotes/],
  ['rows that are tidied away', "DELETE FROM stripe_events WHERE state = 'done'", /changed row of stripe_events/],
  [
    'a balance that is corrected',
    "UPDATE ledger_accounts SET balance_micros = 1 WHERE id = 'system:bank'",
    /system:bank/,
  ],
  [
    'a trigger that is loosened in silence',
    `DROP TRIGGER holds_no_update; --> statement-breakpoint
     CREATE TRIGGER holds_no_update BEFORE UPDATE ON holds WHEN 0 BEGIN SELECT RAISE(ABORT, 'holds_are_immutable'); END`,
    /changed: holds_no_update/,
  ],
]

test('a migration that loses something is caught, whatever it is', async () => {
  const files = await migrations()
  const bad = BAD.filter(([, text]) => text !== '').map(([name, text]) => ({ name, text }))
  const d1 = await openLocalD1()
  try {
    const losses = await migratePopulated(d1, [...files, ...bad], files.at(-1)?.name)
    const found = BAD.map(([name, text, loss]) => [
      name,
      loss.test((losses.get(text ? name : (bad[0]?.name ?? '')) ?? []).join('\n')),
    ])
    expect(found).toEqual(BAD.map(([name]) => [name, true]))
  } finally {
    await d1.close()
  }
}, 300_000)
