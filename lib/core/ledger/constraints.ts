import type { ErrorCode } from '#lib/contracts/errors.ts'

/**
 * What each guard of the database means. `outcome` says what the caller of a refused batch does about it:
 * - `reread`: someone else was faster; read again and decide again (the answer may then be a coded error or a new plan);
 * - `done`: this very cause has already been booked, so there is nothing left to do;
 * - `bug`: no race leads here.
 * `code` is what the user is told if reading again does not help.
 */
export interface ConstraintMeaning {
  /** How D1 names it: the CHECK or RAISE name, or the columns of a UNIQUE, PRIMARY or NOT NULL one. */
  reportedAs: string
  outcome: 'reread' | 'done' | 'bug'
  code: ErrorCode
  meaning: string
}

const reread = (reportedAs: string, code: ErrorCode, meaning: string) =>
  ({ reportedAs, outcome: 'reread', code, meaning }) as const
const done = (reportedAs: string, meaning: string) =>
  ({ reportedAs, outcome: 'done', code: 'internal', meaning }) as const
const bug = (reportedAs: string, meaning: string) =>
  ({ reportedAs, outcome: 'bug', code: 'internal', meaning }) as const

export const CONSTRAINTS = {
  // balances
  available_not_negative: reread('available_not_negative', 'insufficient_funds', 'The money was spent in between.'),
  promo_not_negative: reread('promo_not_negative', 'insufficient_funds', 'The promo credit was spent in between.'),
  held_not_negative: bug('held_not_negative', 'More would leave the open holds than is in them.'),
  receivable_not_positive: reread('receivable_not_positive', 'internal', 'The debt was paid in between.'),
  user_account_has_user: bug('user_account_has_user', 'A user account without a user, or a system account with one.'),
  ledger_accounts_are_permanent: bug('ledger_accounts_are_permanent', 'Accounts are never deleted or renamed.'),
  ledger_accounts_open_empty: bug('ledger_accounts_open_empty', 'An account opens empty; only transfers fill it.'),
  // transfers
  transfers_idempotency_unique: done('transfers.idempotency_key', 'This cause has moved this money before.'),
  transfer_plan_is_stale: reread('transfers.amount_micros', 'internal', 'A balance the plan rests on has changed.'),
  transfer_amount_positive: bug('transfer_amount_positive', 'A transfer moves more than nothing.'),
  transfer_between_two_accounts: bug('transfer_between_two_accounts', 'A transfer needs two accounts.'),
  transfer_settles_with_settlement: bug(
    'transfer_settles_with_settlement',
    'Captures and releases, and only they, name a settlement.',
  ),
  transfer_holds_with_hold: bug('transfer_holds_with_hold', 'A hold, capture or release names its hold.'),
  transfer_needs_settlement: reread(
    'transfer_needs_settlement',
    'job_finished',
    'The job was not in the expected state, so its settlement was not written.',
  ),
  transfer_exceeds_settlement: reread(
    'transfer_exceeds_settlement',
    'job_finished',
    'The transfers of this settlement have been made before, or are more than it says.',
  ),
  transfers_are_immutable: bug('transfers_are_immutable', 'Transfers are corrected by reversal, never changed.'),
  held_moves_with_holds: bug('held_moves_with_holds', 'Only a hold and its settlement move what is held.'),
  ledger_walk_moved: reread('ledger_walk.mark', 'internal', 'Another run has added up these transfers.'),
  // holds and settlements
  quote_ceiling_positive: bug('quote_ceiling_positive', 'A quote costs more than nothing.'),
  holds_quote_unique: reread('holds.quote_id', 'quote_used', 'This quote has already been accepted.'),
  hold_amount_positive: bug('hold_amount_positive', 'A hold holds more than nothing.'),
  hold_promo_within_amount: bug('hold_promo_within_amount', 'The promo part is within the hold.'),
  holds_are_immutable: bug('holds_are_immutable', 'A hold is ended by a settlement, never changed.'),
  settlements_hold_unique: reread('settlements.hold_id', 'job_finished', 'This hold has already been settled.'),
  settlements_job_unique: reread('settlements.job_id', 'job_finished', 'This job has already been settled.'),
  settlement_capture_not_negative: bug('settlement_capture_not_negative', 'A capture is not negative.'),
  settlement_release_not_negative: bug('settlement_release_not_negative', 'A release is not negative.'),
  settlement_must_equal_hold: bug('settlement_must_equal_hold', 'Capture and release together are the hold.'),
  settlements_are_immutable: bug('settlements_are_immutable', 'A settlement is final.'),
  // jobs
  jobs_quote_unique: reread('jobs.quote_id', 'quote_used', 'This quote already has a job.'),
  jobs_hold_unique: bug('jobs.hold_id', 'This hold already has a job.'),
  job_failed_says_why: bug('job_failed_says_why', 'A failed job names its error.'),
  jobs_one_ingest: reread('jobs.asset_id', 'internal', 'This video is being prepared already, or was.'),
  job_promises_products: bug('job_promises_products', 'A job promises at least one product.'),
  job_without_hold_is_ingest: bug('job_without_hold_is_ingest', 'Only what we do unasked is free.'),
  job_has_one_deadline: bug('job_has_one_deadline', 'A priced job ends with its hold, a free one by its own deadline.'),
  job_keeps_its_promise: bug('job_keeps_its_promise', 'What a job must hand over and who pays never change.'),
  job_succeeds_with_products: bug('job_succeeds_with_products', 'A job succeeds with every product it promised.'),
  job_state_is_monotonic: reread('job_state_is_monotonic', 'job_finished', 'The job has moved on in between.'),
  job_ends_with_settlement: reread(
    'job_ends_with_settlement',
    'job_finished',
    'The job would end without being settled to that outcome.',
  ),
  job_output_comes_with_success: reread(
    'job_output_comes_with_success',
    'job_finished',
    'Products are written while their job is saved, and it no longer is.',
  ),
  job_outputs_are_final: bug('job_outputs_are_final', 'A product that was checked is never changed.'),
  job_outputs_name_unique: reread(
    'job_outputs.job_id, job_outputs.name',
    'job_finished',
    'This product was saved before.',
  ),
  job_outputs_key_unique: reread('job_outputs.object_key', 'job_finished', 'This object is a product already.'),
  job_output_has_bytes: bug('job_output_has_bytes', 'A product is not empty.'),
  segments_position_unique: bug('segments.job_id, segments.position', 'Two segments at one position of a job.'),
  attempts_number_unique: reread('attempts.segment_id, attempts.number', 'internal', 'This retry was already made.'),
  attempts_one_live: reread('attempts.segment_id', 'internal', 'Another attempt of this segment is still live.'),
  attempts_runpod_unique: reread(
    'attempts.endpoint_id, attempts.runpod_job_id',
    'internal',
    'Another attempt is bound to this RunPod job.',
  ),
  attempt_ends_once: reread('attempt_ends_once', 'internal', 'The attempt ended otherwise in between.'),
  // limits that users set, and what is given back
  spend_cap_reached: reread(
    'spend_cap_reached',
    'spend_cap_reached',
    'The jobs of this day would cost more than its cap.',
  ),
  auto_top_up_cap_reached: reread(
    'auto_top_up_cap_reached',
    'internal',
    'The automatic top-ups of this month would pass their cap.',
  ),
  auto_top_up_not_due: reread('top_ups.amount_cents', 'internal', 'No automatic top-up is due any more.'),
  top_ups_one_auto_in_flight: reread('top_ups.user_id', 'internal', 'Another automatic top-up is still under way.'),
  spend_cap_not_negative: bug('spend_cap_not_negative', 'A cap is nothing or more.'),
  low_balance_positive: bug('low_balance_positive', 'A threshold is above nothing.'),
  auto_top_up_complete: bug('auto_top_up_complete', 'Automatic top-up is on with all of its terms.'),
  saved_cards_method_unique: reread('saved_cards.payment_method_id', 'internal', 'This card is saved already.'),
  saved_cards_one_active: reread('saved_cards.user_id', 'internal', 'Another card was saved in between.'),
  promo_grant_positive: bug('promo_grant_positive', 'A grant gives more than nothing.'),
  promo_grants_claim_unique: done('promo_grants.claim_key', 'This was claimed before.'),
  promo_grants_are_immutable: bug('promo_grants_are_immutable', 'A grant is history.'),
  goodwill_refunds_job_unique: reread('goodwill_refunds.job_id', 'internal', 'This job was paid back before.'),
  goodwill_beyond_limits: reread('goodwill_refunds.reason', 'goodwill_refused', 'The limits do not allow it any more.'),
  goodwill_promo_within_amount: bug('goodwill_promo_within_amount', 'The promo part is within the refund.'),
  goodwill_must_equal_capture: bug('goodwill_must_equal_capture', 'Exactly what a finished job cost is given back.'),
  transfer_needs_goodwill: bug(
    'transfer_needs_goodwill',
    'Goodwill gives back what its row says, to where it came from.',
  ),
  promo_stays_promo: bug('promo_stays_promo', 'What a hold took from promo is captured or goes back to promo.'),
  goodwill_refunds_are_immutable: bug('goodwill_refunds_are_immutable', 'A refund is history.'),
  free_work_used_up: reread('quotes.facts_json', 'rate_limited', 'The free work of this day is used up.'),
  calibration_is_positive: bug('calibration_is_positive', 'A measurement has work and time.'),
  // a batch whose answer was lost, sent again
  hold_repeated: done('holds.id', 'This very batch has been applied before.'),
  settlement_repeated: done('settlements.id', 'This very batch has been applied before.'),
  transfer_repeated: done('transfers.id', 'This very batch has been applied before.'),
  job_repeated: done('jobs.id', 'This very batch has been applied before.'),
  refund_repeated: done('refunds.id', 'This very batch has been applied before.'),
  stripe_balance_repeated: done('stripe_balance_entries.id', 'This movement of the balance was read before.'),
  grant_repeated: done('promo_grants.id', 'This very grant has been booked before.'),
  // payments
  top_up_amount_positive: bug('top_up_amount_positive', 'A top-up adds more than nothing.'),
  top_ups_click_unique: reread('top_ups.user_id, top_ups.click_id', 'internal', 'This click made its top-up before.'),
  top_ups_session_unique: bug('top_ups.checkout_session_id', 'Two top-ups on one Checkout.'),
  top_ups_payment_intent_unique: bug('top_ups.payment_intent_id', 'Two top-ups on one payment.'),
  top_up_stays_credited: bug('top_up_stays_credited', 'A credited top-up is what it is.'),
  refund_amount_positive: bug('refund_amount_positive', 'A refund gives back more than nothing.'),
  refunds_stripe_unique: reread('refunds.stripe_refund_id', 'internal', 'This refund is already recorded.'),
  refunds_click_unique: reread(
    'refunds.user_id, refunds.click_id, refunds.top_up_id',
    'internal',
    'This click made its refunds before.',
  ),
  refund_exceeds_top_up: reread(
    'refund_exceeds_top_up',
    'refund_too_large',
    'Other refunds of this top-up leave less than this one gives back.',
  ),
  refund_of_frozen_wallet: reread('refund_of_frozen_wallet', 'wallet_frozen', 'The wallet was frozen in between.'),
  refund_state_is_monotonic: reread('refund_state_is_monotonic', 'internal', 'The refund has moved on in between.'),
  refunds_keep_identity: bug('refunds_keep_identity', 'A refund is of one amount, one payment and one owner for ever.'),
  transfer_needs_refund: reread(
    'transfer_needs_refund',
    'internal',
    'The refund is not there, has failed, or all its money has been moved.',
  ),
  transfer_needs_failed_refund: reread(
    'transfer_needs_failed_refund',
    'internal',
    'The refund has not failed, or all of it came back before.',
  ),
  reversal_exceeds_dispute: reread(
    'reversal_exceeds_dispute',
    'internal',
    'This came back before: a dispute gives back no more than it took.',
  ),
  dispute_state_is_monotonic: reread('dispute_state_is_monotonic', 'internal', 'The dispute has moved on in between.'),
  disputes_are_permanent: bug('disputes_are_permanent', 'A dispute is closed, never deleted.'),
  stripe_balance_is_immutable: bug('stripe_balance_is_immutable', 'What Stripe said about its balance stays said.'),
  disputes_stripe_unique: reread('disputes.stripe_dispute_id', 'internal', 'This dispute is already recorded.'),
  stripe_events_unique: reread('stripe_events.id', 'internal', 'This event is already stored.'),
  /** SQLite names no foreign key. A guarded `INSERT … SELECT` that found nothing shows up here, e.g. a frozen wallet's hold. */
  foreign_key: reread('FOREIGN KEY', 'internal', 'A row that this one names is not there.'),
} as const satisfies Record<string, ConstraintMeaning>

export type ConstraintName = keyof typeof CONSTRAINTS

const byReport = new Map<string, ConstraintName>(
  (Object.keys(CONSTRAINTS) as ConstraintName[]).map((name) => [CONSTRAINTS[name].reportedAs, name]),
)

/**
 * The guard that refused, from the text of D1's error, e.g. `D1_ERROR: CHECK constraint failed: available_not_negative:
 * SQLITE_CONSTRAINT (extended: …)`. Null when the error is no refusal of a guard listed here.
 */
export function recogniseConstraint(message: string): ConstraintName | null {
  if (/\bFOREIGN KEY constraint failed\b/.test(message)) return 'foreign_key'
  const builtIn = /\b(?:CHECK|UNIQUE|NOT NULL) constraint failed: ([^:]+?)(?::|$)/.exec(message)
  if (builtIn) return byReport.get(builtIn[1] ?? '') ?? null
  const raised = /^(?:D1_ERROR: )?([a-z_]+)(?:: SQLITE_CONSTRAINT|$)/.exec(message)
  return raised ? (byReport.get(raised[1] ?? '') ?? null) : null
}
