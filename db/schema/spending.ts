import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { AUTO_TOP_UP_STATES, CARD_STATES, GOODWILL_REASONS, LOW_BALANCE_STATES } from '#lib/contracts/api/spending.ts'
import { users } from './accounts.ts'

/**
 * GPU time measured on finished jobs, one row each, so that two that finish at once both count and the same one counts once. A trigger keeps
 * the newest of each class. Prices are made from these rows (docs/decisions/017-measured-prices.md).
 */
export const calibration = sqliteTable(
  'calibration',
  {
    jobId: text('job_id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    task: text('task').notNull(),
    /** The network, where the task has a choice; else empty. */
    model: text('model').notNull(),
    resolutionClass: text('resolution_class').notNull(),
    gpuClass: text('gpu_class').notNull(),
    /** Seconds of base material the job was priced as. */
    workSeconds: real('work_seconds').notNull(),
    /** RunPod's execution time of the winning run; waiting and cold start are not in it. */
    gpuMs: integer('gpu_ms').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('calibration_class').on(t.task, t.model, t.resolutionClass, t.gpuClass, t.createdAtMs, t.jobId),
    check('calibration_is_positive', sql`${t.workSeconds} > 0 AND ${t.gpuMs} > 0`),
  ],
)

/** What a user chose about spending. No row: no cap, no mails, no automatic top-up. */
export const walletSettings = sqliteTable(
  'wallet_settings',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id),
    /** The most that jobs started on one UTC day may cost, open ones at their ceiling. A trigger on `holds` enforces it. */
    spendCapMicros: integer('spend_cap_micros'),
    lowBalanceMicros: integer('low_balance_micros'),
    /** `told`: the mail of this crossing is sent; it is armed again when the balance is back above. */
    lowBalanceState: text('low_balance_state', { enum: LOW_BALANCE_STATES }).notNull().default('armed'),
    /** Counts the crossings, so that each has its own mail. */
    lowBalanceCrossings: integer('low_balance_crossings').notNull().default(0),
    autoState: text('auto_state', { enum: AUTO_TOP_UP_STATES }).notNull().default('off'),
    autoThresholdMicros: integer('auto_threshold_micros'),
    autoAmountCents: integer('auto_amount_cents'),
    /** The most that automatic top-ups of one UTC month add up to. A trigger on `top_ups` enforces it. */
    autoMonthlyCapCents: integer('auto_monthly_cap_cents'),
    /** In a row. */
    autoDeclines: integer('auto_declines').notNull().default(0),
    /** After a decline the card is left alone until then. */
    autoNextAtMs: integer('auto_next_at_ms').notNull().default(0),
    updatedAtMs: integer('updated_at_ms').notNull(),
  },
  (t) => [
    check('spend_cap_not_negative', sql`${t.spendCapMicros} >= 0`),
    check('low_balance_positive', sql`${t.lowBalanceMicros} > 0`),
    check(
      'auto_top_up_complete',
      sql`${t.autoState} = 'off' OR (coalesce(${t.autoThresholdMicros}, 0) > 0 AND coalesce(${t.autoAmountCents}, 0) > 0 AND coalesce(${t.autoMonthlyCapCents}, 0) >= ${t.autoAmountCents})`,
    ),
  ],
)

/** Cards saved at Stripe for automatic top-ups; what we know of them is what the user must recognise. */
export const savedCards = sqliteTable(
  'saved_cards',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    paymentMethodId: text('payment_method_id').notNull().unique('saved_cards_method_unique'),
    /** `removing`: never charged again, but Stripe has not confirmed yet that it forgot the card. */
    state: text('state', { enum: CARD_STATES }).notNull(),
    brand: text('brand').notNull(),
    last4: text('last4').notNull(),
    expMonth: integer('exp_month').notNull(),
    expYear: integer('exp_year').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('saved_cards_user').on(t.userId),
    uniqueIndex('saved_cards_one_active').on(t.userId).where(sql`state = 'active'`),
    index('saved_cards_removing').on(t.createdAtMs).where(sql`state = 'removing'`),
  ],
)

/** Credit given away, and by whom. */
export const promoGrants = sqliteTable(
  'promo_grants',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    kind: text('kind', { enum: ['admin', 'first_visit'] }).notNull(),
    /** What may be claimed once: a mailbox, as an HMAC, for the credit of a first visit. */
    claimKey: text('claim_key').unique('promo_grants_claim_unique'),
    amountMicros: integer('amount_micros').notNull(),
    reason: text('reason').notNull(),
    actorId: text('actor_id').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('promo_grants_user').on(t.userId, t.createdAtMs),
    check('promo_grant_positive', sql`${t.amountMicros} > 0`),
  ],
)

/** "Not happy? Refund": a capture given back, once per job. */
export const goodwillRefunds = sqliteTable(
  'goodwill_refunds',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    jobId: text('job_id').notNull().unique('goodwill_refunds_job_unique'),
    amountMicros: integer('amount_micros').notNull(),
    /** The part that had been paid with promo credit, and goes back there. */
    promoMicros: integer('promo_micros').notNull(),
    reason: text('reason', { enum: GOODWILL_REASONS }).notNull(),
    note: text('note').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
  },
  (t) => [
    index('goodwill_refunds_user').on(t.userId, t.createdAtMs),
    check('goodwill_promo_within_amount', sql`${t.promoMicros} BETWEEN 0 AND ${t.amountMicros}`),
  ],
)
