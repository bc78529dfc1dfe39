import { z } from 'zod'

export const PayRequest = z.strictObject({
  /** A test card number, `bank_success` or `bank_failure`. */
  card: z.string().default('4242424242424242'),
  name: z.string().default('Jenny Rosen'),
  email: z.email().optional(),
  /** How a 3-D Secure challenge is answered; left out, it stays open. */
  challenge: z.enum(['complete', 'fail']).optional(),
})
export type PayRequest = z.infer<typeof PayRequest>

export const ReleaseRequest = z.strictObject({ shuffle: z.boolean().default(false) })

export const RefundFailure = z.strictObject({ reason: z.string().default('expired_or_canceled_card') })

export const DisputeRequest = z.strictObject({
  payment_intent: z.string(),
  reason: z.string().default('fraudulent'),
  /** An inquiry instead of a chargeback. */
  warning: z.boolean().default(false),
})
export type DisputeRequest = z.infer<typeof DisputeRequest>

/** Of a charge, or of the one that a PaymentIntent has. */
export const DashboardRefund = z.strictObject({
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
  amount: z.int().min(1).optional(),
})
export type DashboardRefund = z.infer<typeof DashboardRefund>

export const PayoutRequest = z.strictObject({ amount: z.int().min(1), currency: z.string().default('usd') })

export const Nothing = z.strictObject({})
