import { z } from 'zod'

/**
 * `requested`: set aside here, Stripe not yet known to have it. `pending`: Stripe has it. `succeeded`: on its way to the card. `failed`: the
 * bank sent it back. `refused`: Stripe never made it. The last two gave the credit back.
 */
export const REFUND_STATES = ['requested', 'pending', 'succeeded', 'failed', 'refused'] as const
export const RefundState = z.enum(REFUND_STATES)
export type RefundState = z.infer<typeof RefundState>

/** `inquiry`: the bank asks, no money moves. `open`: a chargeback, spending is frozen. */
export const DISPUTE_STATES = ['inquiry', 'inquiry_closed', 'open', 'lost', 'won'] as const
export const DisputeState = z.enum(DISPUTE_STATES)
export type DisputeState = z.infer<typeof DisputeState>

/** One refund of one top-up, for its owner. */
export const RefundView = z.strictObject({
  refund_id: z.string(),
  state: RefundState,
  amount_micros: z.number().int(),
  tax_micros: z.number().int(),
  /** Where it goes, e.g. `Visa •••• 4242`. */
  paid_with: z.string().nullable(),
  created_at_ms: z.number().int(),
  updated_at_ms: z.number().int(),
})
export type RefundView = z.infer<typeof RefundView>

/** A payment that its owner's bank has asked about or taken back. */
export const DisputeView = z.strictObject({
  dispute_id: z.string(),
  state: DisputeState,
  amount_micros: z.number().int(),
  paid_with: z.string().nullable(),
  opened_at_ms: z.number().int(),
})
export type DisputeView = z.infer<typeof DisputeView>

/** What can be had back now, where it would go, and what is on its way or was taken. */
export const RefundsView = z.strictObject({
  /** Whole cents of unused, paid-in credit. */
  refundable_micros: z.number().int(),
  destinations: z.array(
    z.strictObject({
      top_up_id: z.string(),
      paid_with: z.string().nullable(),
      paid_at_ms: z.number().int(),
      /** The most that can go back to this payment. */
      amount_micros: z.number().int(),
      tax_micros: z.number().int(),
    }),
  ),
  /** The newest ones. */
  refunds: z.array(RefundView),
  disputes: z.array(DisputeView),
})
export type RefundsView = z.infer<typeof RefundsView>

export const RequestRefund = z.strictObject({
  amount_cents: z.number().int().min(1).max(10_000_000),
  /** Made by the page once per click, so that a double click is one refund. */
  click_id: z.uuid(),
})
export type RequestRefund = z.infer<typeof RequestRefund>
