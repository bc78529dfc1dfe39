import { afterAll, beforeAll, expect, test } from 'vitest'
import { recogniseConstraint } from '#lib/core/ledger/constraints.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { addJob, addUser, walletCtx } from './wallet-fixture.ts'

let t: TestDb
let hold: { userId: string; jobId: string; holdId: string }
let settled: { userId: string; jobId: string; holdId: string }
beforeAll(async () => {
  t = await openTestDb()
  const user = await addUser(walletCtx(t.db), { availableMicros: 1_000, promoMicros: 100 })
  hold = { userId: user.userId, ...(await addJob(user, 300)) }
  settled = { userId: user.userId, ...(await addJob(user, 200)) }
  await t.d1.prepare(settlement({ id: 'settled', ...settled, capture: 150, release: 50 })).run()
})
afterAll(() => t.close())

/** The SQL a wrong program could send; no rule of ours is between it and the database. */
function settlement(row: { id: string; holdId: string; jobId: string; capture: number; release: number }): string {
  return `INSERT INTO settlements VALUES ('${row.id}', '${row.holdId}', '${row.jobId}', 'failed', ${row.capture}, ${row.release}, 0, 1)`
}

function transfer(
  kind: string,
  from: string,
  to: string,
  amount: number,
  more: { hold?: string; settlement?: string } = {},
) {
  const quoted = (value?: string) => (value ? `'${value}'` : 'NULL')
  const unique = `${kind}-${from}-${to}-${amount}`
  return `INSERT INTO transfers (id, kind, debit_account_id, credit_account_id, amount_micros, cause_type, cause_id,
    idempotency_key, hold_id, settlement_id, created_at_ms) VALUES ('${unique}', '${kind}', '${from}', '${to}', ${amount},
    'hold', 'x', '${unique}', ${quoted(more.hold)}, ${quoted(more.settlement)}, 1)`
}

const mine = (account: string) => `${hold.userId}:${account}`

const REFUSED: [string, () => string, string][] = [
  ['changing a transfer', () => 'UPDATE transfers SET amount_micros = 1', 'transfers_are_immutable'],
  ['deleting a transfer', () => 'DELETE FROM transfers', 'transfers_are_immutable'],
  ['changing a hold', () => 'UPDATE holds SET amount_micros = 1', 'holds_are_immutable'],
  ['deleting a hold', () => 'DELETE FROM holds', 'holds_are_immutable'],
  ['changing a settlement', () => 'UPDATE settlements SET capture_micros = 1', 'settlements_are_immutable'],
  ['deleting a settlement', () => 'DELETE FROM settlements', 'settlements_are_immutable'],
  ['deleting an account', () => 'DELETE FROM ledger_accounts', 'ledger_accounts_are_permanent'],
  [
    'giving an account to another user',
    () => "UPDATE ledger_accounts SET user_id = 'x'",
    'ledger_accounts_are_permanent',
  ],
  [
    'opening an account with money in it',
    () => "INSERT INTO ledger_accounts VALUES ('x', NULL, 'bank', 5)",
    'ledger_accounts_open_empty',
  ],
  [
    'a user account of nobody',
    () => "INSERT INTO ledger_accounts VALUES ('x', NULL, 'available', 0)",
    'user_account_has_user',
  ],
  [
    'spending more than is available',
    () => transfer('refund', mine('available'), 'system:bank', 1_001),
    'available_not_negative',
  ],
  [
    'spending more promo than there is',
    () => transfer('adjustment', mine('promo'), 'system:adjustments', 101),
    'promo_not_negative',
  ],
  [
    'taking more out of held than is in it',
    () => transfer('hold', mine('held'), mine('available'), 501, { hold: hold.holdId }),
    'held_not_negative',
  ],
  [
    'taking held money for anything but a hold',
    () => transfer('adjustment', mine('held'), 'system:revenue', 1),
    'held_moves_with_holds',
  ],
  [
    'adding held money for anything but a hold',
    () => transfer('adjustment', 'system:revenue', mine('held'), 1),
    'held_moves_with_holds',
  ],
  [
    'paying more debt than there is',
    () => transfer('top_up', 'system:bank', mine('receivable'), 1),
    'receivable_not_positive',
  ],
  ['moving nothing', () => transfer('fee', 'system:bank', 'system:stripe_fees', 0), 'transfer_amount_positive'],
  [
    'moving a negative amount',
    () => transfer('fee', 'system:bank', 'system:stripe_fees', -5),
    'transfer_amount_positive',
  ],
  ['moving money in a circle', () => transfer('fee', 'system:bank', 'system:bank', 5), 'transfer_between_two_accounts'],
  [
    'a settlement that is less than its hold',
    () => settlement({ id: 's', ...hold, capture: 100, release: 199 }),
    'settlement_must_equal_hold',
  ],
  [
    'a settlement that is more than its hold',
    () => settlement({ id: 's', ...hold, capture: 300, release: 1 }),
    'settlement_must_equal_hold',
  ],
  [
    'a settlement with a negative capture',
    () => settlement({ id: 's', ...hold, capture: -1, release: 301 }),
    'settlement_capture_not_negative',
  ],
  [
    'a settlement with a negative release',
    () => settlement({ id: 's', ...hold, capture: 301, release: -1 }),
    'settlement_release_not_negative',
  ],
  [
    'a second settlement of a hold',
    () => settlement({ id: 's', ...settled, jobId: 'other', capture: 200, release: 0 }),
    'settlements_hold_unique',
  ],
  [
    'a second settlement of a job',
    () => settlement({ id: 's', ...hold, jobId: settled.jobId, capture: 300, release: 0 }),
    'settlements_job_unique',
  ],
  [
    'a capture without a settlement',
    () => transfer('capture', mine('held'), 'system:revenue', 5, { hold: hold.holdId }),
    'transfer_settles_with_settlement',
  ],
  [
    'a capture with a settlement that does not exist',
    () => transfer('capture', mine('held'), 'system:revenue', 5, { hold: hold.holdId, settlement: 'none' }),
    'transfer_needs_settlement',
  ],
  [
    'a capture with the settlement of another hold',
    () => transfer('capture', mine('held'), 'system:revenue', 5, { hold: hold.holdId, settlement: 'settled' }),
    'transfer_needs_settlement',
  ],
  [
    'a capture beyond its settlement',
    () => transfer('capture', mine('held'), 'system:revenue', 151, { hold: settled.holdId, settlement: 'settled' }),
    'transfer_exceeds_settlement',
  ],
  [
    'a release beyond its settlement',
    () => transfer('release', mine('held'), mine('available'), 51, { hold: settled.holdId, settlement: 'settled' }),
    'transfer_exceeds_settlement',
  ],
  [
    'a hold of money that names no hold',
    () => transfer('hold', mine('available'), mine('held'), 5),
    'transfer_holds_with_hold',
  ],
  [
    'ending a job without a settlement',
    () => `UPDATE jobs SET state = 'canceled' WHERE id = '${hold.jobId}'`,
    'job_ends_with_settlement',
  ],
  [
    'ending a job otherwise than it was settled',
    () => `UPDATE jobs SET state = 'canceled' WHERE id = '${settled.jobId}'`,
    'job_ends_with_settlement',
  ],
  [
    'skipping a state of a job',
    () => `UPDATE jobs SET state = 'finalizing' WHERE id = '${hold.jobId}'`,
    'job_state_is_monotonic',
  ],
]

async function balances() {
  return (await t.d1.prepare('SELECT id, balance_micros FROM ledger_accounts ORDER BY id').all()).results
}

test.each(REFUSED)('%s is refused by the database', async (_name, statement, constraint) => {
  const before = await balances()
  const error = await t.d1
    .prepare(statement())
    .run()
    .then(
      () => null,
      (thrown: unknown) => thrown,
    )
  expect(recogniseConstraint(error instanceof Error ? error.message : 'it was accepted')).toBe(constraint)
  expect(await balances()).toEqual(before)
})

test('the second of two captures that are too much together is refused', async () => {
  const capture = (amount: number) =>
    t.d1
      .prepare(
        transfer('capture', mine('held'), 'system:revenue', amount, { hold: settled.holdId, settlement: 'settled' }),
      )
      .run()
  await capture(100)
  await expect(capture(51)).rejects.toThrow('transfer_exceeds_settlement')
  await capture(50)
})
