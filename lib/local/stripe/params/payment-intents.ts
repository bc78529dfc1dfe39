import type Stripe from 'stripe'
import {
  arrayOf,
  boolean,
  email,
  type Fields,
  integer,
  object,
  oneOf,
  onlyOneOf,
  required,
  string,
  unsupported,
  url,
} from './field.ts'
import { createdRange, currency, expand, futureUsage, metadata, pagination } from './shared.ts'

type Create = Stripe.PaymentIntentCreateParams

export const paymentIntentCreate: Fields<Create> = {
  allowed_payment_method_types: arrayOf(onlyOneOf(['card', 'us_bank_account'], ['link', 'paypal', 'sepa_debit'])),
  amount: required(integer({ min: 1 })),
  amount_details: unsupported(),
  application_fee_amount: unsupported(),
  automatic_payment_methods: object<NonNullable<Create['automatic_payment_methods']>>({
    allow_redirects: oneOf('always', 'never'),
    enabled: required(boolean()),
  }),
  capture_method: onlyOneOf(['automatic', 'automatic_async'], ['manual']),
  confirm: boolean(),
  confirmation_method: onlyOneOf(['automatic'], ['manual']),
  confirmation_token: unsupported(),
  currency: required(currency()),
  customer: string(),
  customer_account: unsupported(),
  description: string(1000),
  error_on_requires_action: boolean(),
  excluded_payment_method_types: unsupported(),
  expand: expand(),
  hooks: unsupported(),
  mandate: unsupported(),
  mandate_data: unsupported(),
  metadata: metadata(),
  off_session: boolean(),
  on_behalf_of: unsupported(),
  payment_details: unsupported(),
  payment_method: string(),
  payment_method_configuration: unsupported(),
  payment_method_data: unsupported(),
  payment_method_options: unsupported(),
  radar_options: unsupported(),
  receipt_email: email(),
  return_url: url(),
  setup_future_usage: futureUsage(),
  shipping: unsupported(),
  statement_descriptor: string(22),
  statement_descriptor_suffix: string(22),
  transfer_data: unsupported(),
  transfer_group: string(),
  use_stripe_sdk: boolean(),
}

export const paymentIntentCancel: Fields<Stripe.PaymentIntentCancelParams> = {
  cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'),
  expand: expand(),
}

export const paymentIntentList: Fields<Stripe.PaymentIntentListParams> = {
  ...pagination,
  created: createdRange(),
  customer: string(),
  customer_account: unsupported(),
  expand: expand(),
}
