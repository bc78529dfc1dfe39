import { z } from 'zod'

/** Top-up choices in whole dollars; anything between the bounds is fine. */
export const TOP_UP_PRESETS_CENTS = [500, 1000, 2500, 5000] as const
export const TOP_UP_MIN_CENTS = 500
export const TOP_UP_MAX_CENTS = 50_000

export const WalletView = z.strictObject({
  /** Can be spent now: available plus promo. */
  spendable_micros: z.number().int(),
  available_micros: z.number().int(),
  promo_micros: z.number().int(),
  held_micros: z.number().int(),
  /** What a chargeback took after it was spent; the next top-up pays it first. Never negative here. */
  owed_micros: z.number().int(),
  spent_micros: z.number().int(),
  frozen: z.boolean(),
})
export type WalletView = z.infer<typeof WalletView>

export const TRANSFER_KINDS = [
  'top_up',
  'hold',
  'capture',
  'release',
  'refund',
  'refund_failed',
  'dispute',
  'dispute_reversal',
  'promo',
  'adjustment',
  'gpu_cost',
  'fee',
  'payout',
  'write_off',
] as const
export const TransferKind = z.enum(TRANSFER_KINDS)
export type TransferKind = z.infer<typeof TransferKind>

/** One line of the statement: what one cause did to the user's accounts. */
export const StatementEntry = z.strictObject({
  id: z.string(),
  at_ms: z.number().int(),
  kind: TransferKind,
  label: z.string(),
  /** The clip it is about, or what was paid with; null when there is neither. */
  detail: z.string().nullable(),
  /** Change of what can be spent (signed). A capture is 0 here: the hold took it before. */
  spendable_change_micros: z.number().int(),
  held_change_micros: z.number().int(),
  /** What could be spent after it; null in a selection that leaves movements out. */
  spendable_after_micros: z.number().int().nullable(),
  job_id: z.string().nullable(),
  top_up_id: z.string().nullable(),
})
export type StatementEntry = z.infer<typeof StatementEntry>

/** Which part of the statement: what is given must all hold. */
export const StatementFilter = z.strictObject({
  kind: TransferKind.optional(),
  /** From this moment on … */
  from_ms: z.coerce.number().int().min(0).optional(),
  /** … up to and without this one. */
  to_ms: z.coerce.number().int().min(0).optional(),
  job_id: z.string().max(64).optional(),
  /** In the name of the clip, or the beginning of an id of a job, top-up or Stripe payment. */
  search: z.string().trim().min(1).max(100).optional(),
})
export type StatementFilter = z.infer<typeof StatementFilter>

export const Statement = z.strictObject({ entries: z.array(StatementEntry), next_cursor: z.string().nullable() })
export type Statement = z.infer<typeof Statement>

export const CreateTopUp = z.strictObject({
  amount_cents: z.number().int().min(TOP_UP_MIN_CENTS).max(TOP_UP_MAX_CENTS),
  /** Made by the page once per click, so that a double click opens one Checkout. */
  click_id: z.uuid(),
  /** Keep the card for automatic top-ups. */
  save_card: z.boolean().optional(),
})
export type CreateTopUp = z.infer<typeof CreateTopUp>

export const TOP_UP_STATES = ['created', 'open', 'processing', 'credited', 'failed', 'expired'] as const
export const TopUpView = z.strictObject({
  top_up_id: z.string(),
  state: z.enum(TOP_UP_STATES),
  amount_micros: z.number().int(),
  /** Sales tax that was paid on top; not credit. */
  tax_micros: z.number().int(),
  /** What it was paid with, e.g. `Visa •••• 4242`. */
  paid_with: z.string().nullable(),
  /** Pages at Stripe, when there are any. */
  receipt_url: z.string().nullable(),
  invoice_url: z.string().nullable(),
  /** Where to pay while `open`. */
  checkout_url: z.string().nullable(),
})
export type TopUpView = z.infer<typeof TopUpView>
