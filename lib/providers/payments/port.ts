import { z } from 'zod'
import type { SavedCards } from './saved-cards-port.ts'

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

/** A refund as the vendor has it. */
export interface ProviderRefund {
  id: string
  /** The vendor's word: `pending`, `requires_action`, `succeeded`, `failed`, `canceled`. */
  status: string
  amountCents: number
  currency: string
  paymentIntentId: string | null
  /** Ours, when we asked for it. */
  refundId: string | null
  failureReason: string | null
}

/** A payment as the vendor has it: what it was for, when it is one of ours. */
export interface ProviderPayment {
  id: string
  topUpId: string | null
}

/** One movement of the vendor's balance, in signed cents of the account's currency. */
export interface ProviderBalanceEntry {
  id: string
  type: string
  /** Its charge, refund, dispute or payout. */
  sourceId: string | null
  paymentIntentId: string | null
  amountCents: number
  feeCents: number
  currency: string
  createdMs: number
}

export interface Payments extends SavedCards {
  /** Whether real money moves; everything the vendor says must agree. */
  readonly livemode: boolean
  createCustomer(input: { userId: string; email: string; idempotencyKey: string }): Promise<{ customerId: string }>
  /** A hosted page that takes one payment. Repeating a key with the same input returns the same page. */
  createCheckout(input: {
    topUpId: string
    userId: string
    customerId: string
    amountCents: number
    /** Keeps the card for charges while its owner is away. */
    saveCard: boolean
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
  /**
   * Sends money back to where a payment came from. Repeating a key with the same input makes no second refund for a day; later, look for
   * it with `listRefunds` first. `refused`: the vendor will not make this refund, and has not. Throws `payment_provider` when nobody knows.
   */
  createRefund(input: {
    refundId: string
    userId: string
    paymentIntentId: string
    amountCents: number
    idempotencyKey: string
  }): Promise<{ outcome: 'made'; refund: ProviderRefund } | { outcome: 'refused'; reason: string }>
  /** Every refund of a payment, whoever made it, oldest first. */
  listRefunds(input: { paymentIntentId: string }): Promise<ProviderRefund[]>
  /** Null when the vendor does not know it. */
  readPayment(input: { paymentIntentId: string }): Promise<ProviderPayment | null>
  /** Movements of the balance made from `sinceMs` up to and without `untilMs`, oldest first. */
  listBalanceEntries(input: { sinceMs: number; untilMs: number }): Promise<ProviderBalanceEntry[]>
  /** All that the vendor holds for us now, available or not, in US cents. */
  readBalanceCents(): Promise<number>
}
