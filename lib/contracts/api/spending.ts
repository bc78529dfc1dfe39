import { z } from 'zod'
import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS } from './wallet.ts'

export const LOW_BALANCE_STATES = ['armed', 'told'] as const
/** `stopped`: by us, after the card was declined too often. */
export const AUTO_TOP_UP_STATES = ['off', 'on', 'stopped'] as const
export const CARD_STATES = ['active', 'removing', 'removed'] as const

/** No amount a user chooses is above $10,000: more is a slip of the finger. */
const MOST_MICROS = 10_000_000_000
const AUTO_CAP_MAX_CENTS = 500_000

export const AutoTopUpTerms = z
  .strictObject({
    /** Below this much of balance, reservations included, the card is charged. */
    threshold_micros: z.number().int().min(10_000).max(MOST_MICROS),
    amount_cents: z.number().int().min(TOP_UP_MIN_CENTS).max(TOP_UP_MAX_CENTS),
    /** Never more than this in one UTC month. */
    monthly_cap_cents: z.number().int().min(TOP_UP_MIN_CENTS).max(AUTO_CAP_MAX_CENTS),
  })
  .refine((terms) => terms.monthly_cap_cents >= terms.amount_cents, {
    path: ['monthly_cap_cents'],
    error: 'The monthly limit is smaller than one top-up.',
  })
export type AutoTopUpTerms = z.infer<typeof AutoTopUpTerms>

/** Each part is changed on its own: what is left out stays. */
export const ChangeWalletSettings = z
  .strictObject({
    /** Null: no cap. */
    spend_cap_micros: z.number().int().min(0).max(MOST_MICROS).nullable(),
    /** Null: no mail. */
    low_balance_micros: z.number().int().min(10_000).max(MOST_MICROS).nullable(),
    /** Null: switched off. */
    auto_top_up: AutoTopUpTerms.nullable(),
  })
  .partial()
export type ChangeWalletSettings = z.infer<typeof ChangeWalletSettings>

export const SavedCardView = z.strictObject({
  brand: z.string(),
  last4: z.string(),
  exp_month: z.number().int(),
  exp_year: z.number().int(),
})
export type SavedCardView = z.infer<typeof SavedCardView>

export const WalletSettingsView = z.strictObject({
  spend_cap_micros: z.number().int().nullable(),
  /** Of today: captured, and open jobs at their ceilings. */
  spent_today_micros: z.number().int(),
  /** When the day of the cap ends: midnight UTC. */
  day_ends_at_ms: z.number().int(),
  low_balance_micros: z.number().int().nullable(),
  card: SavedCardView.nullable(),
  /** A card was just paid with and is being kept. */
  card_pending: z.boolean(),
  auto_top_up: z.strictObject({
    state: z.enum(AUTO_TOP_UP_STATES),
    /** Kept while switched off, so that switching on again is one click. */
    terms: z
      .strictObject({
        threshold_micros: z.number().int(),
        amount_cents: z.number().int(),
        monthly_cap_cents: z.number().int(),
      })
      .nullable(),
    /** Charged or being charged this UTC month. */
    month_cents: z.number().int(),
    month_ends_at_ms: z.number().int(),
    in_flight: z.boolean(),
    declines: z.number().int(),
    /** After a decline: not tried before this. */
    next_try_at_ms: z.number().int().nullable(),
  }),
})
export type WalletSettingsView = z.infer<typeof WalletSettingsView>

export const GOODWILL_REASONS = ['artifacts', 'not_sharper', 'wrong_framing', 'wrong_player', 'sound', 'other'] as const
export const GoodwillReason = z.enum(GOODWILL_REASONS)
export type GoodwillReason = z.infer<typeof GoodwillReason>

export const RequestGoodwill = z.strictObject({
  reason: GoodwillReason,
  /** In the user's words; may be empty. */
  note: z.string().trim().max(500).default(''),
})
export type RequestGoodwill = z.infer<typeof RequestGoodwill>

/** Why a job's price is not given back. */
export const GOODWILL_REFUSALS = ['not_finished', 'free', 'too_late', 'too_many', 'too_much', 'frozen', 'off'] as const
export const GoodwillView = z.strictObject({
  state: z.enum(['offered', 'refused', 'refunded']),
  refusal: z.enum(GOODWILL_REFUSALS).nullable(),
  /** What comes back, or came back. */
  amount_micros: z.number().int(),
  promo_micros: z.number().int(),
  /** Until when it can be asked for; null when it cannot. */
  until_ms: z.number().int().nullable(),
  /** How many more are possible now, this one included. */
  left: z.number().int(),
})
export type GoodwillView = z.infer<typeof GoodwillView>

export const GrantPromo = z.strictObject({
  amount_micros: z.number().int().min(1).max(1_000_000_000),
  reason: z.string().trim().min(3).max(500),
  /** Made by the page once per click. */
  click_id: z.uuid(),
})
export type GrantPromo = z.infer<typeof GrantPromo>
