import type Stripe from 'stripe'
import { type Fields, string, unsupported } from './field.ts'
import { createdRange, currency, expand, pagination } from './shared.ts'

export const balanceTransactionList: Fields<Stripe.BalanceTransactionListParams> = {
  ...pagination,
  created: createdRange(),
  currency: currency(),
  expand: expand(),
  payout: unsupported(),
  source: string(),
  type: string(),
}

export const payoutList: Fields<Stripe.PayoutListParams> = {
  ...pagination,
  arrival_date: createdRange(),
  created: createdRange(),
  destination: string(),
  expand: expand(),
  status: string(),
}
