import { expect, test } from 'vitest'
import { ErrorCode } from '#lib/contracts/errors.ts'
import { CONSTRAINTS, type ConstraintName, recogniseConstraint } from './constraints.ts'

const names = Object.keys(CONSTRAINTS) as ConstraintName[]

test('every guard is recognised by what the database says of it', () => {
  for (const name of names) {
    const { reportedAs } = CONSTRAINTS[name]
    if (name === 'foreign_key') continue
    const raised = recogniseConstraint(
      `D1_ERROR: ${reportedAs}: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)`,
    )
    const checked = recogniseConstraint(`D1_ERROR: CHECK constraint failed: ${reportedAs}: SQLITE_CONSTRAINT`)
    expect([name, checked]).toEqual([name, name])
    if (/^[a-z_]+$/.test(reportedAs)) expect([name, raised]).toEqual([name, name])
  }
})

test.each([
  ['D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT', 'foreign_key'],
  ['FOREIGN KEY constraint failed', 'foreign_key'],
  ['D1_ERROR: UNIQUE constraint failed: transfers.idempotency_key: SQLITE_CONSTRAINT', 'transfers_idempotency_unique'],
  ['UNIQUE constraint failed: attempts.segment_id, attempts.number', 'attempts_number_unique'],
  ['D1_ERROR: NOT NULL constraint failed: transfers.amount_micros: SQLITE_CONSTRAINT', 'transfer_plan_is_stale'],
  ['holds_are_immutable', 'holds_are_immutable'],
  ['D1_ERROR: holds_are_immutable', 'holds_are_immutable'],
])('%s is %s', (message, name) => {
  expect(recogniseConstraint(message)).toBe(name)
})

test.each([
  '',
  'a holds_are_immutable',
  'holds_are_immutable and more',
  'XFOREIGN KEY constraint failed',
  'FOREIGN KEY constraint failedX',
  'D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT',
  'XUNIQUE constraint failed: holds.id',
  'D1_ERROR: no such table: transfers: SQLITE_ERROR',
  'D1_ERROR: unheard_of: SQLITE_CONSTRAINT',
  'Network connection lost.',
])('%j is no guard', (message) => {
  expect(recogniseConstraint(message)).toBeNull()
})

test('every guard has a meaning in words, a code, and what to do', () => {
  for (const name of names) {
    const { meaning, code, outcome } = CONSTRAINTS[name]
    expect(meaning, name).toMatch(/^[A-Z].{10,}\.$/)
    expect(ErrorCode.safeParse(code).success, name).toBe(true)
    expect(['reread', 'done', 'bug'], name).toContain(outcome)
  }
})

/** Someone was faster: whoever is refused by these looks again. Anything else is a mistake of ours, or was done before. */
test('what leads to looking again, and what has been done before', () => {
  const having = (outcome: string) => names.filter((name) => CONSTRAINTS[name].outcome === outcome).sort()
  expect(having('done')).toMatchInlineSnapshot(`
    [
      "grant_repeated",
      "hold_repeated",
      "job_repeated",
      "promo_grants_claim_unique",
      "refund_repeated",
      "settlement_repeated",
      "stripe_balance_repeated",
      "transfer_repeated",
      "transfers_idempotency_unique",
    ]
  `)
  expect(having('reread')).toMatchInlineSnapshot(`
    [
      "attempt_ends_once",
      "attempts_number_unique",
      "attempts_one_live",
      "attempts_runpod_unique",
      "auto_top_up_cap_reached",
      "auto_top_up_not_due",
      "available_not_negative",
      "dispute_state_is_monotonic",
      "disputes_stripe_unique",
      "foreign_key",
      "free_work_used_up",
      "goodwill_beyond_limits",
      "goodwill_refunds_job_unique",
      "holds_quote_unique",
      "job_ends_with_settlement",
      "job_output_comes_with_success",
      "job_outputs_key_unique",
      "job_outputs_name_unique",
      "job_state_is_monotonic",
      "jobs_one_ingest",
      "jobs_quote_unique",
      "ledger_walk_moved",
      "promo_not_negative",
      "receivable_not_positive",
      "refund_exceeds_top_up",
      "refund_of_frozen_wallet",
      "refund_state_is_monotonic",
      "refunds_click_unique",
      "refunds_stripe_unique",
      "reversal_exceeds_dispute",
      "saved_cards_method_unique",
      "saved_cards_one_active",
      "settlements_hold_unique",
      "settlements_job_unique",
      "spend_cap_reached",
      "stripe_events_unique",
      "top_ups_click_unique",
      "top_ups_one_auto_in_flight",
      "transfer_exceeds_settlement",
      "transfer_needs_failed_refund",
      "transfer_needs_refund",
      "transfer_needs_settlement",
      "transfer_plan_is_stale",
    ]
  `)
  const told = names.filter((name) => CONSTRAINTS[name].code !== 'internal')
  expect(told.map((name) => `${name}: ${CONSTRAINTS[name].code}`).sort()).toMatchInlineSnapshot(`
    [
      "available_not_negative: insufficient_funds",
      "free_work_used_up: rate_limited",
      "goodwill_beyond_limits: goodwill_refused",
      "holds_quote_unique: quote_used",
      "job_ends_with_settlement: job_finished",
      "job_output_comes_with_success: job_finished",
      "job_outputs_key_unique: job_finished",
      "job_outputs_name_unique: job_finished",
      "job_state_is_monotonic: job_finished",
      "jobs_quote_unique: quote_used",
      "promo_not_negative: insufficient_funds",
      "refund_exceeds_top_up: refund_too_large",
      "refund_of_frozen_wallet: wallet_frozen",
      "settlements_hold_unique: job_finished",
      "settlements_job_unique: job_finished",
      "spend_cap_reached: spend_cap_reached",
      "transfer_exceeds_settlement: job_finished",
      "transfer_needs_settlement: job_finished",
    ]
  `)
})
