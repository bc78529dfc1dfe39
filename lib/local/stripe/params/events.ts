import type Stripe from 'stripe'
import { arrayOf, boolean, type Fields, string } from './field.ts'
import { createdRange, expand, pagination } from './shared.ts'

export const eventList: Fields<Stripe.EventListParams> = {
  ...pagination,
  created: createdRange(),
  delivery_success: boolean(),
  expand: expand(),
  type: string(),
  types: arrayOf(string(), { max: 20 }),
}
