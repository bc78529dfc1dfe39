import type Stripe from 'stripe'

/** What a Checkout Session remembers beyond the object Stripe shows. */
export interface CheckoutDetail {
  id: string
  lineItems: WireLineItem[]
  paymentIntentData: Stripe.Checkout.SessionCreateParams.PaymentIntentData
  updatesCustomerAddress: boolean
}

/** On the wire a decimal is a string; the SDK's type is the class it may be parsed into. */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string }
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice }

/** The means of payment behind a PaymentMethod: what the real Stripe keeps in its vault. */
export interface Instrument {
  id: string
  /** A test card number, or the name of a bank account behaviour. */
  number: string
  /** Authenticated and saved for off-session use. */
  setUp: boolean
  /** Used once without a customer, so never usable again. */
  consumed: boolean
}

export type DeliveryState = 'pending' | 'held' | 'delivered' | 'failed' | 'dropped'

export interface DeliveryAttempt {
  atMs: number
  /** HTTP status of the receiver; 0 when there was none. */
  status: number
  error?: string
}

/** One journey of one event to the webhook endpoint. */
export interface Delivery {
  id: string
  event: string
  type: string
  state: DeliveryState
  dueMs: number
  /** Ties on `dueMs` go out in this order. */
  order: number
  attempts: DeliveryAttempt[]
}

export type TaskKind =
  | 'expire_session'
  | 'settle_charge'
  | 'succeed_bank_payment'
  | 'fail_bank_payment'
  | 'post_refund_reference'
  | 'succeed_refund'
  | 'fail_refund'
  | 'open_dispute'
  | 'open_inquiry'
  | 'pay_payout'

/** Something that happens by itself later; survives a restart. */
export interface ScheduledTask {
  id: string
  kind: TaskKind
  target: string
  dueMs: number
}

/** The first answer given under an Idempotency-Key. */
export interface IdempotentResult {
  /** The key. */
  id: string
  fingerprint: string
  createdMs: number
  requestId: string
  status: number
  body: string
}

export interface Tables {
  customer: Stripe.Customer
  deleted_customer: Stripe.DeletedCustomer
  checkout_session: Stripe.Checkout.Session
  checkout_detail: CheckoutDetail
  payment_intent: Stripe.PaymentIntent
  payment_method: Stripe.PaymentMethod
  instrument: Instrument
  charge: Stripe.Charge
  refund: Stripe.Refund
  dispute: Stripe.Dispute
  balance_transaction: Stripe.BalanceTransaction
  invoice: Stripe.Invoice & { id: string }
  payout: Stripe.Payout
  event: Stripe.EventBase
  delivery: Delivery
  task: ScheduledTask
  idempotency: IdempotentResult
}

export type TableName = keyof Tables

export const TABLE_NAMES = [
  'customer',
  'deleted_customer',
  'checkout_session',
  'checkout_detail',
  'payment_intent',
  'payment_method',
  'instrument',
  'charge',
  'refund',
  'dispute',
  'balance_transaction',
  'invoice',
  'payout',
  'event',
  'delivery',
  'task',
  'idempotency',
] as const satisfies readonly TableName[]

/** One change: a record stored under its id, or `null` for a removal. */
export type Change = { [T in TableName]: readonly [table: T, id: string, record: Tables[T] | null] }[TableName]
