import { z } from 'zod'

/** A verified event; `data` is the vendor's object, parsed by the service that handles its type. Stored as this JSON. */
export const PaymentEvent = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  createdMs: z.number().int(),
  livemode: z.boolean(),
  data: z.unknown(),
})
export type PaymentEvent = z.infer<typeof PaymentEvent>

export interface CheckoutSession {
  id: string
  url: string | null
}

export interface Payments {
  /** Whether real money moves; everything the vendor says must agree. */
  readonly livemode: boolean
  createCustomer(input: { userId: string; email: string; idempotencyKey: string }): Promise<{ customerId: string }>
  /** A hosted page that takes one payment. Repeating a key with the same input returns the same page. */
  createCheckout(input: {
    topUpId: string
    userId: string
    customerId: string
    amountCents: number
    successUrl: string
    cancelUrl: string
    /** 30 minutes to 24 hours ahead. */
    expiresAtMs: number
    idempotencyKey: string
  }): Promise<CheckoutSession>
  /** Verifies the signature over the raw body; throws AppError `forbidden` when it is not the vendor's, or too old. */
  verifyEvent(rawBody: string, signatureHeader: string): Promise<PaymentEvent>
  /** Events made from `sinceMs` up to and without `untilMs`, oldest first, for the reconciler (webhooks can be lost). */
  listEvents(input: { types: readonly string[]; sinceMs: number; untilMs: number }): Promise<PaymentEvent[]>
}
