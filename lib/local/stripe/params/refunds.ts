import type Stripe from 'stripe'
import { emptyable, type Fields, integer, oneOf, string, unsupported } from './field.ts'
import { createdRange, expand, metadata, pagination } from './shared.ts'

export const refundCreate: Fields<Stripe.RefundCreateParams> = {
  amount: integer({ min: 1 }),
  charge: string(),
  currency: unsupported(),
  customer: unsupported(),
  expand: expand(),
  instructions_email: unsupported(),
  metadata: emptyable(metadata()),
  origin: unsupported(),
  payment_intent: string(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: unsupported(),
  reverse_transfer: unsupported(),
}

export const refundList: Fields<Stripe.RefundListParams> = {
  ...pagination,
  charge: string(),
  created: createdRange(),
  expand: expand(),
  payment_intent: string(),
}
