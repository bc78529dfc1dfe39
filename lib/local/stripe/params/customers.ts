import type Stripe from 'stripe'
import {
  arrayOf,
  boolean,
  clearableString,
  email,
  emptyable,
  type Fields,
  object,
  oneOf,
  required,
  string,
  unsupported,
} from './field.ts'
import { address, createdRange, expand, metadata, pagination } from './shared.ts'

const shipping = object<Stripe.CustomerCreateParams.Shipping>({
  address: required(address()),
  name: required(string()),
  phone: clearableString(),
})

const invoiceSettings = object<Stripe.CustomerUpdateParams.InvoiceSettings>({
  custom_fields: unsupported(),
  default_payment_method: clearableString(),
  footer: unsupported(),
  rendering_options: unsupported(),
})

const written = {
  address: emptyable(address()),
  balance: unsupported(),
  business_name: emptyable(string(150)),
  cash_balance: unsupported(),
  description: clearableString(),
  email: email(),
  expand: expand(),
  individual_name: emptyable(string(150)),
  invoice_prefix: unsupported(),
  invoice_settings: invoiceSettings,
  metadata: emptyable(metadata()),
  name: clearableString(256),
  next_invoice_sequence: unsupported(),
  phone: clearableString(20),
  preferred_locales: arrayOf(string()),
  shipping: emptyable(shipping),
  source: unsupported(),
  tax: unsupported(),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
  validate: boolean(),
}

export const customerCreate: Fields<Stripe.CustomerCreateParams> = {
  ...written,
  payment_method: string(),
  tax_id_data: unsupported(),
  test_clock: unsupported(),
}

export const customerUpdate: Fields<Stripe.CustomerUpdateParams> = { ...written, default_source: unsupported() }

export const customerList: Fields<Stripe.CustomerListParams> = {
  ...pagination,
  created: createdRange(),
  email: string(),
  expand: expand(),
  test_clock: unsupported(),
}
