import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { DISPUTE_STATES, REFUND_STATES } from '#lib/contracts/api/refunds.ts'
import { STRIPE_EVENT_STATES } from '#lib/contracts/api/stripe-events.ts'
import { TOP_UP_STATES, TRANSFER_KINDS } from '#lib/contracts/api/wallet.ts'
import { users } from './accounts.ts'
import { assets } from './uploads.ts'

/**
 * The books. A balance is credits minus debits, so user accounts are positive when we owe the user and all accounts sum to zero.
 * Balances are moved by a trigger on `transfers` alone (see the hand-written migration) and CHECKed here; every constraint has a name that
 * `lib/core/ledger/constraints.ts` maps to an error code. Nothing in this file is ever updated or deleted but balances and states.
 */
export const USER_ACCOUNT_KINDS = ['available', 'held', 'promo', 'receivable'] as const
export const SYSTEM_ACCOUNT_KINDS = [
  'stripe_clearing',
  'stripe_fees',
  'bank',
  'refund_pending',
  'revenue',
  'runpod_prepaid',
  'gpu_cost',
  'tax_payable',
  'bad_debt',
  'promo_expense',
  'adjustments',
] as const

export const ledgerAccounts = sqliteTable(
  'ledger_accounts',
  {
    /** `<userId>:available` or `system:revenue`. */
    id: text('id').primaryKey(),
    userId: text('user_id').references(() => users.id),
    kind: text('kind', { enum: [...USER_ACCOUNT_KINDS, ...SYSTEM_ACCOUNT_KINDS] }).notNull(),
    balanceMicros: integer('balance_micros').notNull().default(0),
  },
  (t) => [
    index('ledger_accounts_user').on(t.userId),
    check('available_not_negative', sql`${t.kind} <> 'available' OR ${t.balanceMicros} >= 0`),
    check('held_not_negative', sql`${t.kind} <> 'held' OR ${t.balanceMicros} >= 0`),
    check('promo_not_negative', sql`${t.kind} <> 'promo' OR ${t.balanceMicros} >= 0`),
    check('receivable_not_positive', sql`${t.kind} <> 'receivable' OR ${t.balanceMicros} <= 0`),
    check(
      'user_account_has_user',
      sql`(${t.kind} IN ('available', 'held', 'promo', 'receivable')) = (${t.userId} IS NOT NULL)`,
    ),
  ],
)

/** A ceiling price for one task on one input, good for 15 minutes. Rates are frozen into it. */
export const quotes = sqliteTable(
  'quotes',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    assetId: text('asset_id')
      .notNull()
      .references(() => assets.id),
    task: text('task').notNull(),
    paramsJson: text('params_json').notNull(),
    /** ETag of the input when it was priced: a file swapped afterwards is refused. */
    inputEtag: text('input_etag').notNull(),
    factsJson: text('facts_json').notNull(),
    /** The product (`job_outputs`) whose tracks the task goes by; its ETag is pinned there. */
    tracksOutputId: text('tracks_output_id'),
    gpuClass: text('gpu_class').notNull(),
    rateMicrosPerSecond: integer('rate_micros_per_second').notNull(),
    markupBps: integer('markup_bps').notNull(),
    minimumMicros: integer('minimum_micros').notNull(),
    ceilingMicros: integer('ceiling_micros').notNull(),
    estimateMicros: integer('estimate_micros').notNull(),
    expectedGpuMs: integer('expected_gpu_ms').notNull(),
    executionTimeoutMs: integer('execution_timeout_ms').notNull(),
    /** Seconds of base material it was priced as; with the run's GPU time this is a measurement. Null in quotes made before there were any. */
    workSeconds: real('work_seconds'),
    /** The measurements it rests on (`QuoteCalibration`), frozen with the rates. */
    calibrationJson: text('calibration_json'),
    createdAtMs: integer('created_at_ms').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
  },
  (t) => [
    index('quotes_user').on(t.userId, t.createdAtMs),
    index('quotes_expiry').on(t.expiresAtMs),
    check('quote_ceiling_positive', sql`${t.ceilingMicros} > 0`),
  ],
)

/** Money set aside for one job. Ended by exactly one settlement; whether it is open is derived from that. */
export const holds = sqliteTable(
  'holds',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    quoteId: text('quote_id')
      .notNull()
      .unique('holds_quote_unique')
      .references(() => quotes.id),
    amountMicros: integer('amount_micros').notNull(),
    /** The part that came out of promo credit; it is spent first and goes back there. */
    promoMicros: integer('promo_micros').notNull(),
    expiresAtMs: integer('expires_at_ms').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('holds_user').on(t.userId),
    /** What a user started today, for the cap per day. */
    index('holds_user_day').on(t.userId, t.createdAtMs),
    check('hold_amount_positive', sql`${t.amountMicros} > 0`),
    check('hold_promo_within_amount', sql`${t.promoMicros} BETWEEN 0 AND ${t.amountMicros}`),
  ],
)

/**
 * The one row that ends a hold. Inserted by `INSERT … SELECT … FROM jobs WHERE id = ? AND state = ?`: the loser of a race inserts
 * nothing, and its transfers, which must reference the settlement, abort the whole batch.
 */
export const settlements = sqliteTable(
  'settlements',
  {
    id: text('id').primaryKey(),
    holdId: text('hold_id')
      .notNull()
      .unique('settlements_hold_unique')
      .references(() => holds.id),
    jobId: text('job_id').notNull().unique('settlements_job_unique'),
    outcome: text('outcome', { enum: ['succeeded', 'failed', 'canceled'] }).notNull(),
    captureMicros: integer('capture_micros').notNull(),
    releaseMicros: integer('release_micros').notNull(),
    /** Milliseconds of GPU time the capture was computed from. */
    gpuMs: integer('gpu_ms').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    check('settlement_capture_not_negative', sql`${t.captureMicros} >= 0`),
    check('settlement_release_not_negative', sql`${t.releaseMicros} >= 0`),
  ],
)

/** One immutable movement of money: balanced by construction. */
export const transfers = sqliteTable(
  'transfers',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: TRANSFER_KINDS }).notNull(),
    debitAccountId: text('debit_account_id')
      .notNull()
      .references(() => ledgerAccounts.id),
    creditAccountId: text('credit_account_id')
      .notNull()
      .references(() => ledgerAccounts.id),
    amountMicros: integer('amount_micros').notNull(),
    /** What made it happen: `job`, `top_up`, `refund`, `dispute`, `attempt`, `admin`, `payout`, … and its id. */
    causeType: text('cause_type').notNull(),
    causeId: text('cause_id').notNull(),
    /** Permanent: the same cause can never move money twice. */
    idempotencyKey: text('idempotency_key').notNull().unique('transfers_idempotency_unique'),
    holdId: text('hold_id').references(() => holds.id),
    settlementId: text('settlement_id'),
    /** Whose statement shows it; null for purely internal movements. */
    userId: text('user_id').references(() => users.id),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('transfers_user').on(t.userId, t.createdAtMs, t.id),
    /** The statement, filtered: a page reads the same number of rows whatever the history. */
    index('transfers_user_kind').on(t.userId, t.kind, t.createdAtMs, t.id),
    index('transfers_settlement').on(t.settlementId),
    index('transfers_cause').on(t.causeType, t.causeId),
    index('transfers_debit').on(t.debitAccountId),
    index('transfers_credit').on(t.creditAccountId),
    foreignKey({ columns: [t.settlementId], foreignColumns: [settlements.id], name: 'transfers_settlement_fk' }),
    check('transfer_amount_positive', sql`${t.amountMicros} > 0`),
    check('transfer_between_two_accounts', sql`${t.debitAccountId} <> ${t.creditAccountId}`),
    check(
      'transfer_settles_with_settlement',
      sql`(${t.kind} IN ('capture', 'release')) = (${t.settlementId} IS NOT NULL)`,
    ),
    check('transfer_holds_with_hold', sql`${t.kind} NOT IN ('hold', 'capture', 'release') OR ${t.holdId} IS NOT NULL`),
  ],
)

/** What a user has paid for jobs so far. Kept by a trigger on captures, so that no read adds up a history. */
export const walletTotals = sqliteTable('wallet_totals', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id),
  capturedMicros: integer('captured_micros').notNull(),
})

/**
 * How far the reconciler has added up the transfers, which are numbered by SQLite's rowid in the order they were written. One row. Two walks:
 * one keeps up with what is new, the other begins at the first transfer again and again. NULL is refused: it means another run was faster.
 */
export const ledgerWalk = sqliteTable('ledger_walk', {
  id: text('id', { enum: ['ledger'] }).primaryKey(),
  /** Every transfer up to here is in `sum_micros`. */
  mark: integer('mark').notNull(),
  /** Every transfer up to here is in `again_micros`. */
  againMark: integer('again_mark').notNull(),
  /** Number of the second walk. */
  walk: integer('walk').notNull(),
  /** Accounts are compared in slices; the next begins after this one. */
  afterAccount: text('after_account').notNull(),
  /** The round of slices began when both walks were at one place, so that it compares them too. */
  comparesWalks: integer('compares_walks', { mode: 'boolean' }).notNull(),
})

/** Sums of transfers per account as the walks added them up; `<user>:captured` is the sum of a user's captures. */
export const ledgerSums = sqliteTable('ledger_sums', {
  accountId: text('account_id').primaryKey(),
  sumMicros: integer('sum_micros').notNull(),
  againMicros: integer('again_micros').notNull(),
  /** The walk that `again_micros` is of; a sum of an older one counts as zero. */
  againWalk: integer('again_walk').notNull(),
})

/** A wish to add money. Credited by a webhook alone; its PaymentIntent is the business key. */
export const topUps = sqliteTable(
  'top_ups',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    source: text('source', { enum: ['checkout', 'auto'] }).notNull(),
    state: text('state', { enum: TOP_UP_STATES }).notNull(),
    amountCents: integer('amount_cents').notNull(),
    /** Made by the page once per click. */
    clickId: text('click_id').notNull(),
    checkoutSessionId: text('checkout_session_id').unique('top_ups_session_unique'),
    checkoutUrl: text('checkout_url'),
    paymentIntentId: text('payment_intent_id').unique('top_ups_payment_intent_unique'),
    chargeId: text('charge_id'),
    /** Sales tax paid on top of the amount; never the user's credit. */
    taxCents: integer('tax_cents').notNull().default(0),
    /** What it was paid with, for people: `Visa •••• 4242`. */
    paidWith: text('paid_with'),
    /** Pages at Stripe, when there are any. */
    receiptUrl: text('receipt_url'),
    invoiceUrl: text('invoice_url'),
    /** Whether the card of this payment is kept for automatic top-ups: wished for, read back from Stripe, or not to be had. */
    cardState: text('card_state', { enum: ['asked', 'saved', 'none'] }),
    /** The card an automatic top-up charges: asked for again after a lost answer, it must be the same. */
    savedCardId: text('saved_card_id'),
    /** Stripe's reason for a failed automatic top-up. */
    failureCode: text('failure_code'),
    livemode: integer('livemode', { mode: 'boolean' }).notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (t) => [
    index('top_ups_user').on(t.userId, t.createdAtMs),
    /** One click, one top-up, however often the browser sends it. */
    uniqueIndex('top_ups_click_unique').on(t.userId, t.clickId),
    index('top_ups_state').on(t.state, t.createdAtMs),
    /** A card is charged by one automatic top-up at a time. */
    uniqueIndex('top_ups_one_auto_in_flight')
      .on(t.userId)
      .where(sql`source = 'auto' AND state IN ('created', 'open', 'processing')`),
    index('top_ups_card_asked').on(t.createdAtMs).where(sql`card_state = 'asked'`),
    check('top_up_amount_positive', sql`${t.amountCents} > 0`),
  ],
)

/**
 * Money of one top-up on its way back. Stripe refunds charge by charge, so one request may be several rows. Triggers keep a top-up's refunds
 * within the top-up, and the state moving one way.
 */
export const refunds = sqliteTable(
  'refunds',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    topUpId: text('top_up_id')
      .notNull()
      .references(() => topUps.id),
    stripeRefundId: text('stripe_refund_id').unique('refunds_stripe_unique'),
    state: text('state', { enum: REFUND_STATES }).notNull(),
    /** Credit, without tax. */
    amountMicros: integer('amount_micros').notNull(),
    /** Tax that goes back with it. */
    taxCents: integer('tax_cents').notNull().default(0),
    /** `user`: asked for here. `stripe`: made in Stripe's Dashboard, found out by its events. */
    origin: text('origin', { enum: ['user', 'stripe'] })
      .notNull()
      .default('user'),
    /** Made by the page once per click. */
    clickId: text('click_id'),
    /** Why it failed or was refused, in Stripe's word. */
    failureCode: text('failure_code'),
    /** When Stripe was last asked for it. */
    sentAtMs: integer('sent_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (t) => [
    index('refunds_user').on(t.userId),
    index('refunds_top_up').on(t.topUpId),
    uniqueIndex('refunds_click_unique').on(t.userId, t.clickId, t.topUpId),
    /** Set aside, and not yet known at Stripe. */
    index('refunds_unsent').on(t.createdAtMs).where(sql`state = 'requested'`),
    check('refund_amount_positive', sql`${t.amountMicros} > 0`),
  ],
)

/** A cardholder's complaint at their bank. While one is `open`, a trigger keeps its user frozen. */
export const disputes = sqliteTable(
  'disputes',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    stripeDisputeId: text('stripe_dispute_id').notNull().unique('disputes_stripe_unique'),
    chargeId: text('charge_id').notNull(),
    topUpId: text('top_up_id').references(() => topUps.id),
    /** Ours, moving one way; `status` is Stripe's own word. */
    state: text('state', { enum: DISPUTE_STATES }).notNull().default('open'),
    status: text('status').notNull(),
    reason: text('reason'),
    amountMicros: integer('amount_micros').notNull(),
    /** Until when evidence may be sent. */
    evidenceDueAtMs: integer('evidence_due_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (t) => [
    index('disputes_user').on(t.userId),
    index('disputes_top_up').on(t.topUpId),
    index('disputes_open').on(t.userId).where(sql`state = 'open'`),
  ],
)

/** Every movement of Stripe's own balance, once, as its list of balance transactions says. */
export const stripeBalanceEntries = sqliteTable(
  'stripe_balance_entries',
  {
    /** `txn_…` */
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    /** The charge, refund, dispute or payout that moved it. */
    sourceId: text('source_id'),
    paymentIntentId: text('payment_intent_id'),
    /** Signed: negative left the balance. */
    amountCents: integer('amount_cents').notNull(),
    feeCents: integer('fee_cents').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    readAtMs: integer('read_at_ms').notNull(),
    /** When the books were seen to hold the same movement. */
    matchedAtMs: integer('matched_at_ms'),
  },
  (t) => [
    index('stripe_balance_unmatched').on(t.readAtMs).where(sql`matched_at_ms IS NULL`),
    index('stripe_balance_payment').on(t.paymentIntentId),
  ],
)

/** Every verified Stripe event, once. One that could not be handled stays `failed` for the admin to replay. */
export const stripeEvents = sqliteTable(
  'stripe_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    state: text('state', { enum: STRIPE_EVENT_STATES }).notNull(),
    payloadJson: text('payload_json').notNull(),
    error: text('error'),
    attempts: integer('attempts').notNull().default(0),
    createdAtMs: integer('created_at_ms').notNull(),
    receivedAtMs: integer('received_at_ms').notNull(),
    handledAtMs: integer('handled_at_ms'),
  },
  (t) => [index('stripe_events_state').on(t.state, t.receivedAtMs)],
)
