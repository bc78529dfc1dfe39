import type Stripe from 'stripe'
import {
  arrayOf,
  boolean,
  email,
  emptyable,
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
import { createdRange, currency, expand, futureUsage, MAXIMUM_AMOUNT, metadata, pagination } from './shared.ts'

type Create = Stripe.Checkout.SessionCreateParams
type Nested<K extends keyof Create> = NonNullable<Create[K]>
type LineItem = Stripe.Checkout.SessionCreateParams.LineItem

const productData = object<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData>({
  description: string(),
  images: arrayOf(url(), { max: 8 }),
  metadata: metadata(),
  name: required(string(250)),
  tax_code: string(),
  tax_details: unsupported(),
  unit_label: string(12),
})

const priceData = object<Stripe.Checkout.SessionCreateParams.LineItem.PriceData>({
  currency: required(currency()),
  product: unsupported(),
  product_data: productData,
  recurring: unsupported(),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: integer({ min: 0, max: MAXIMUM_AMOUNT }),
  unit_amount_decimal: unsupported(),
})

const lineItem = object<LineItem>({
  adjustable_quantity: unsupported(),
  metadata: metadata(),
  price: unsupported(),
  price_data: priceData,
  quantity: integer({ min: 1, max: 999_999_999_999 }),
  tax_rates: unsupported(),
})

const paymentIntentData = object<Stripe.Checkout.SessionCreateParams.PaymentIntentData>({
  application_fee_amount: unsupported(),
  capture_method: onlyOneOf(['automatic', 'automatic_async'], ['manual']),
  description: string(1000),
  metadata: metadata(),
  on_behalf_of: unsupported(),
  receipt_email: email(),
  setup_future_usage: futureUsage(),
  shipping: unsupported(),
  statement_descriptor: string(22),
  statement_descriptor_suffix: string(22),
  transfer_data: unsupported(),
  transfer_group: string(),
})

const customerUpdate = object<Nested<'customer_update'>>({
  address: oneOf('auto', 'never'),
  name: oneOf('auto', 'never'),
  shipping: oneOf('auto', 'never'),
})

const note = emptyable(object<{ message: string }>({ message: required(string(1200)) }))

const savedPaymentMethods = object<Nested<'saved_payment_method_options'>>({
  allow_redisplay_filters: arrayOf(oneOf('always', 'limited', 'unspecified')),
  payment_method_remove: oneOf('disabled', 'enabled'),
  payment_method_save: oneOf('disabled', 'enabled'),
})

const consent = object<Nested<'consent_collection'>>({
  payment_method_reuse_agreement: object<{ position: 'auto' | 'hidden' }>({
    position: required(oneOf('auto', 'hidden')),
  }),
  promotions: unsupported(),
  terms_of_service: unsupported(),
})

const enabled = object<{ enabled: boolean }>({ enabled: required(boolean()) })

export const checkoutSessionCreate: Fields<Create> = {
  adaptive_pricing: object<Nested<'adaptive_pricing'>>({ enabled: boolean() }),
  after_expiration: unsupported(),
  allow_promotion_codes: boolean(),
  allowed_payment_method_types: arrayOf(onlyOneOf(['card', 'us_bank_account'], ['link', 'paypal', 'sepa_debit'])),
  automatic_tax: object<Nested<'automatic_tax'>>({ enabled: required(boolean()), liability: unsupported() }),
  billing_address_collection: oneOf('auto', 'required'),
  branding_settings: unsupported(),
  cancel_url: url(),
  client_reference_id: string(200),
  consent_collection: consent,
  currency: currency(),
  custom_fields: unsupported(),
  custom_text: object<Nested<'custom_text'>>({
    after_submit: note,
    shipping_address: note,
    submit: note,
    terms_of_service_acceptance: note,
  }),
  customer: string(),
  customer_account: unsupported(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: email(),
  customer_update: customerUpdate,
  discounts: unsupported(),
  excluded_payment_method_types: unsupported(),
  expand: expand(),
  expires_at: integer({ min: 0 }),
  integration_identifier: string(),
  invoice_creation: object<Nested<'invoice_creation'>>({
    enabled: required(boolean()),
    invoice_data: object<NonNullable<Nested<'invoice_creation'>['invoice_data']>>({
      account_tax_ids: unsupported(),
      custom_fields: unsupported(),
      description: string(1500),
      footer: string(5000),
      issuer: unsupported(),
      metadata: metadata(),
      rendering_options: unsupported(),
    }),
  }),
  line_items: arrayOf(lineItem),
  locale: string(),
  managed_payments: unsupported(),
  metadata: metadata(),
  mode: required(onlyOneOf(['payment'], ['setup', 'subscription'])),
  name_collection: unsupported(),
  optional_items: unsupported(),
  origin_context: oneOf('mobile_app', 'web'),
  payment_intent_data: paymentIntentData,
  payment_method_collection: unsupported(),
  payment_method_configuration: unsupported(),
  payment_method_data: object<Nested<'payment_method_data'>>({
    allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  }),
  payment_method_options: unsupported(),
  permissions: unsupported(),
  phone_number_collection: enabled,
  redirect_on_completion: unsupported(),
  return_url: unsupported(),
  saved_payment_method_options: savedPaymentMethods,
  setup_intent_data: unsupported(),
  shipping_address_collection: unsupported(),
  shipping_options: unsupported(),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: unsupported(),
  success_url: required(url()),
  tax_id_collection: object<Nested<'tax_id_collection'>>({
    enabled: required(boolean()),
    required: oneOf('if_supported', 'never'),
  }),
  ui_mode: onlyOneOf(['hosted_page'], ['elements', 'embedded_page', 'form']),
  wallet_options: unsupported(),
}

export const checkoutSessionList: Fields<Stripe.Checkout.SessionListParams> = {
  ...pagination,
  created: createdRange(),
  customer: string(),
  customer_account: unsupported(),
  customer_details: object<NonNullable<Stripe.Checkout.SessionListParams['customer_details']>>({
    email: required(string()),
  }),
  expand: expand(),
  payment_intent: string(),
  payment_link: unsupported(),
  status: oneOf('complete', 'expired', 'open'),
  subscription: unsupported(),
}
