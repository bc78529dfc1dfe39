/** A verified webhook event; `data` is the vendor's object, parsed by the service that handles its type. */
export interface PaymentEvent {
  id: string
  type: string
  createdMs: number
  livemode: boolean
  data: unknown
}

export interface CheckoutSession {
  id: string
  url: string | null
  paymentIntentId: string | null
}

export interface Payments {
  createCustomer(input: { userId: string; email: string; idempotencyKey: string }): Promise<{ customerId: string }>
  createCheckout(input: {
    topUpId: string
    userId: string
    customerId: string
    amountCents: number
    successUrl: string
    cancelUrl: string
    expiresAtMs: number
    idempotencyKey: string
  }): Promise<CheckoutSession>
  /** Verifies the signature over the raw body; throws AppError `forbidden` when it is not the vendor's. */
  verifyEvent(rawBody: string, signatureHeader: string): Promise<PaymentEvent>
  /** Events newer than the cursor, oldest first, for the reconciler (webhooks can be lost). */
  listEvents(input: { types: string[]; sinceMs: number; startingAfter?: string }): Promise<PaymentEvent[]>
}
