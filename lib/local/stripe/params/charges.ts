import type Stripe from 'stripe'
import { type Fields, string } from './field.ts'
import { createdRange, expand, pagination } from './shared.ts'

export const chargeList: Fields<Stripe.ChargeListParams> = {
  ...pagination,
  created: createdRange(),
  customer: string(),
  expand: expand(),
  payment_intent: string(),
  transfer_group: string(),
}
