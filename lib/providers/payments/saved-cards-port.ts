/** What people must recognise a card by. */
export interface VendorCard {
  paymentMethodId: string
  brand: string
  last4: string
  expMonth: number
  expYear: number
}

/** What became of charging a saved card without its owner. */
export type CardCharge =
  /** Paid, or on its way; the money is credited by the event alone. */
  | { outcome: 'accepted'; paymentIntentId: string }
  /** Nothing is charged, and repeating the key says so again. `needsOwner`: the bank wants to ask them (3-D Secure). */
  | { outcome: 'declined'; code: string; needsOwner: boolean; paymentIntentId: string | null }

/** The part of a payment vendor that keeps cards. */
export interface SavedCards {
  /** The card a payment was made with, if it may be charged again; null when it was no card or is not kept. Throws `payment_provider`. */
  readCardOf(input: { paymentIntentId: string }): Promise<VendorCard | null>
  /**
   * Charges a kept card while its owner is away. Repeating a key with the same input charges once and answers the same, for at least a day.
   * Throws `payment_provider` when nobody knows whether it was charged.
   */
  chargeCard(input: {
    topUpId: string
    userId: string
    customerId: string
    paymentMethodId: string
    amountCents: number
    idempotencyKey: string
  }): Promise<CardCharge>
  /** Makes sure that a payment which was declined cannot be paid later; one that is over already is left alone. */
  abandonPayment(input: { paymentIntentId: string }): Promise<void>
  /** Forgets a card; one that is forgotten already is fine. Throws `payment_provider`. */
  forgetCard(input: { paymentMethodId: string }): Promise<void>
}
