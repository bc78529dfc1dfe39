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
  await t.d1.prepare(topUpRow).run()
  for (const row of [refundRow('refund', 400), refundRow('failed', 100, { state: 'failed' })])
    await t.d1.prepare(row).run()
  await t.d1.prepare(disputeRow('lost', 'lost')).run()
  await t.d1.prepare("INSERT INTO stripe_balance_entries VALUES ('txn', 'charge', 'ch', 'pi', 1000, 59, 1, 1, 5)").run()
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

const topUpRow = `INSERT INTO top_ups (id, user_id, source, state, amount_cents, tax_cents, click_id, payment_intent_id, livemode, created_at_ms, updated_at_ms)
  SELECT 'paid', id, 'checkout', 'credited', 10, 1, 'click', 'pi', 0, 1, 1 FROM users`

function refundRow(
  id: string,
  cents: number,
  more: { state?: string; origin?: string; tax?: number; topUp?: string } = {},
): string {
  const { state = 'pending', origin = 'stripe', tax = 0, topUp = 'paid' } = more
  return `INSERT INTO refunds (id, user_id, top_up_id, state, amount_micros, tax_cents, origin, created_at_ms, updated_at_ms)
    SELECT '${id}', id, '${topUp}', '${state}', ${cents * 100}, ${tax}, '${origin}', 1, 1 FROM users`
}

function disputeRow(id: string, state: string): string {
  return `INSERT INTO disputes (id, user_id, stripe_dispute_id, charge_id, state, status, amount_micros, created_at_ms, updated_at_ms)
    SELECT '${id}', id, '${id}', 'ch', '${state}', 'x', 5, 1, 1 FROM users`
}

function refundTransfer(kind: string, id: string, amount: number, cause = 'refund'): string {
  return `INSERT INTO transfers (id, kind, debit_account_id, credit_account_id, amount_micros, cause_type, cause_id, idempotency_key, created_at_ms)
    VALUES ('${kind}-${id}-${amount}', '${kind}', 'system:refund_pending', 'system:bank', ${amount}, '${cause}', '${id}', '${kind}-${id}-${amount}', 1)`
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
  ['a refund of more than is left of the payment', () => refundRow('x', 601), 'refund_exceeds_top_up'],
  ['a refund of more tax than was paid', () => refundRow('x', 1, { tax: 2 }), 'refund_exceeds_top_up'],
  ['a refund of a payment that was never made', () => refundRow('x', 1, { topUp: 'never' }), 'refund_exceeds_top_up'],
  [
    'a refund that goes back to be sent again',
    () => "UPDATE refunds SET state = 'requested' WHERE id = 'refund'",
    'refund_state_is_monotonic',
  ],
  [
    'a failed refund that succeeds after all',
    () => "UPDATE refunds SET state = 'succeeded' WHERE id = 'failed'",
    'refund_state_is_monotonic',
  ],
  ['changing what a refund gives back', () => 'UPDATE refunds SET amount_micros = 1', 'refunds_keep_identity'],
  ['deleting a refund', () => 'DELETE FROM refunds', 'refunds_keep_identity'],
  ['moving money of no refund', () => refundTransfer('refund', 'none', 1), 'transfer_needs_refund'],
  ['moving money of a failed refund', () => refundTransfer('refund', 'failed', 1), 'transfer_needs_refund'],
  ['moving more than a refund gives back', () => refundTransfer('refund', 'refund', 40_001), 'transfer_needs_refund'],
  [
    'giving back a refund that has not failed',
    () => refundTransfer('refund_failed', 'refund', 1),
    'transfer_needs_failed_refund',
  ],
  [
    'giving back more of a failed refund than went',
    () => refundTransfer('refund_failed', 'failed', 1),
    'transfer_needs_failed_refund',
  ],
  [
    'giving back more of a dispute than it took',
    () => refundTransfer('dispute_reversal', 'lost', 1, 'dispute'),
    'reversal_exceeds_dispute',
  ],
  [
    'a lost dispute that opens again',
    () => "UPDATE disputes SET state = 'open' WHERE id = 'lost'",
    'dispute_state_is_monotonic',
  ],
  ['deleting a dispute', () => 'DELETE FROM disputes', 'disputes_are_permanent'],
  [
    'taking a credit away from its top-up',
    () => "UPDATE top_ups SET state = 'failed' WHERE id = 'paid'",
    'top_up_stays_credited',
  ],
  ['changing a credited amount', () => 'UPDATE top_ups SET amount_cents = 1', 'top_up_stays_credited'],
  [
    'changing what Stripe said',
    () => 'UPDATE stripe_balance_entries SET amount_cents = 1',
    'stripe_balance_is_immutable',
  ],
  ['forgetting what Stripe said', () => 'DELETE FROM stripe_balance_entries', 'stripe_balance_is_immutable'],
]

test('who has an open chargeback is frozen by the database, can have nothing back, and is freed with the last of them', async () => {
  const frozen = async () => (await t.d1.prepare('SELECT frozen_at_ms FROM users').all()).results[0]?.frozen_at_ms
  for (const id of ['one', 'two']) await t.d1.prepare(disputeRow(id, 'open')).run()
  expect(await frozen()).toBe(1)
  const refund = t.d1.prepare(refundRow('x', 1, { state: 'requested', origin: 'user' })).run()
  await expect(refund).rejects.toThrow('refund_of_frozen_wallet')
  await t.d1.prepare("UPDATE disputes SET state = 'won' WHERE id = 'one'").run()
  expect(await frozen()).toBe(1)
  await t.d1.prepare("UPDATE disputes SET state = 'lost' WHERE id = 'two'").run()
  expect(await frozen()).toBeNull()
})

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

test('promotional credit never becomes credit that can be refunded: what a hold took from promo is released to promo', async () => {
  const user = await addUser(walletCtx(t.db), { availableMicros: 100, promoMicros: 100 })
  const { jobId, holdId } = await addJob(user, 150)
  await t.d1.prepare(settlement({ id: 'mixed', jobId, holdId, capture: 0, release: 150 })).run()
  const release = (account: string, amount: number) =>
    t.d1
      .prepare(
        transfer('release', `${user.userId}:held`, `${user.userId}:${account}`, amount, {
          hold: holdId,
          settlement: 'mixed',
        }),
      )
      .run()
  await expect(release('available', 51)).rejects.toThrow('promo_stays_promo')
  await release('available', 49)
  await expect(release('available', 2)).rejects.toThrow('promo_stays_promo')
  await release('available', 1)
  await release('promo', 100)
})

test('goodwill gives back what its row says, to where it came from, to whom it says', async () => {
  const [user, other] = [await addUser(walletCtx(t.db)), await addUser(walletCtx(t.db))]
  const { jobId, holdId } = await addJob(await addUser(walletCtx(t.db), { promoMicros: 30, availableMicros: 70 }), 100)
  // The row itself is guarded by `goodwill_returns_a_capture`; what is tried here is its money.
  await t.d1.prepare('DROP TRIGGER goodwill_returns_a_capture').run()
  await t.d1
    .prepare(`INSERT INTO goodwill_refunds VALUES ('given', '${user.userId}', '${jobId}', 100, 30, 'quality', '', 1)`)
    .run()
  let made = 0
  const give = (owner: string, account: string, amount: number, cause = 'given') => {
    made += 1
    return t.d1
      .prepare(
        `INSERT INTO transfers (id, kind, debit_account_id, credit_account_id, amount_micros, cause_type, cause_id, idempotency_key, hold_id,
          user_id, created_at_ms) VALUES ('gw${made}', 'adjustment', 'system:revenue', '${owner}:${account}', ${amount}, 'goodwill', '${cause}',
          'gw${made}', '${holdId}', '${owner}', 1)`,
      )
      .run()
  }
  await expect(give(user.userId, 'available', 1, 'none')).rejects.toThrow('transfer_needs_goodwill')
  await expect(give(other.userId, 'available', 1)).rejects.toThrow('transfer_needs_goodwill')
  await expect(give(user.userId, 'available', 71)).rejects.toThrow('transfer_needs_goodwill')
  await give(user.userId, 'available', 70)
  await expect(give(user.userId, 'available', 1)).rejects.toThrow('transfer_needs_goodwill')
  await expect(give(user.userId, 'promo', 31)).rejects.toThrow('transfer_needs_goodwill')
  await give(user.userId, 'promo', 30)
})
