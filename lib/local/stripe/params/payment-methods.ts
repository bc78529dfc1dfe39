import type Stripe from 'stripe'
import { type Fields, oneOf, required, string, unsupported } from './field.ts'
import { expand, pagination } from './shared.ts'

export const paymentMethodAttach: Fields<Stripe.PaymentMethodAttachParams> = {
  customer: required(string()),
  customer_account: unsupported(),
  expand: expand(),
}

export const paymentMethodList: Fields<Stripe.PaymentMethodListParams> = {
  ...pagination,
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  customer: string(),
  customer_account: unsupported(),
  expand: expand(),
  type: oneOf('card', 'us_bank_account'),
}

export const customerPaymentMethodList: Fields<Stripe.CustomerListPaymentMethodsParams> = {
  ...pagination,
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  expand: expand(),
  type: oneOf('card', 'us_bank_account'),
}
