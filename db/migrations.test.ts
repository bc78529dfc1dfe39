import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'

let t: TestDb
beforeAll(async () => {
  t = await openTestDb()
})
afterAll(() => t.close())

test('every guard exists after all migrations', async () => {
  const { results } = await t.d1
    .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    .all<{ name: string }>()
  expect(results.map((row: { name: string }) => row.name)).toEqual([
    'attempts_end_once',
    'calibration_keeps_the_newest',
    'dispute_reversals_stay_within_dispute',
    'disputes_freeze_on_insert',
    'disputes_freeze_on_update',
    'disputes_no_delete',
    'disputes_state_is_monotonic',
    'disputes_unfreeze',
    'goodwill_refunds_no_delete',
    'goodwill_refunds_no_update',
    'goodwill_returns_a_capture',
    'held_moves_with_holds',
    'holds_no_delete',
    'holds_no_update',
    'holds_stay_within_spend_cap',
    'job_outputs_are_final',
    'job_outputs_come_with_success',
    'jobs_end_with_settlement',
    'jobs_keep_their_promise',
    'jobs_state_is_monotonic',
    'jobs_succeed_with_products',
    'ledger_accounts_keep_identity',
    'ledger_accounts_no_delete',
    'ledger_accounts_open_empty',
    'promo_grants_no_delete',
    'promo_grants_no_update',
    'refunds_keep_identity',
    'refunds_no_delete',
    'refunds_of_the_unfrozen',
    'refunds_state_is_monotonic',
    'refunds_stay_within_top_up',
    'releases_leave_promo_promo',
    'settlements_no_delete',
    'settlements_no_update',
    'settlements_resolve_hold_exactly',
    'stripe_balance_no_delete',
    'stripe_balance_no_update',
    'top_ups_stay_credited',
    'top_ups_stay_within_auto_cap',
    'transfers_count_captures',
    'transfers_move_balances',
    'transfers_need_their_goodwill',
    'transfers_need_their_refund',
    'transfers_need_their_settlement',
    'transfers_no_delete',
    'transfers_no_update',
    'transfers_reverse_a_failed_refund',
    'transfers_stay_within_settlement',
  ])
})

test('system accounts exist and start empty', async () => {
  const { results } = await t.d1
    .prepare('SELECT count(*) AS n, sum(balance_micros) AS total FROM ledger_accounts')
    .all()
  expect(results).toEqual([{ n: 11, total: 0 }])
})
