import type Stripe from 'stripe'
import { mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { WireLineItem } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { ENABLED_METHODS } from './payment-intent.ts'

type Params = Stripe.Checkout.SessionCreateParams

export interface SessionDraft {
  params: Params
  customer: Stripe.Customer | null
  total: number
  currency: string
  expiresAt: number
}

/** What these sessions never have. */
const NOT_PLAYED = {
  after_expiration: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  currency_conversion: null,
  customer_account: null,
  invoice: null,
  payment_link: null,
  payment_method_configuration_details: null,
  permissions: null,
  recovered_from: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  subscription: null,
  wallet_options: null,
  custom_fields: [],
  discounts: [],
  managed_payments: { enabled: false },
  shipping_options: [],
} satisfies Partial<Stripe.Checkout.Session>

export function newCheckoutSession(work: Work, { params, customer, total, currency, expiresAt }: SessionDraft) {
  const id = newId('cs_test', 60)
  const methods = params.allowed_payment_method_types
  return {
    id,
    object: 'checkout.session',
    ...NOT_PLAYED,
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: methods ?? null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: automaticTax(params),
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    consent_collection: consentCollection(params),
    created: work.now,
    currency,
    custom_text: customText(params),
    customer: customer?.id ?? null,
    customer_creation: customer ? null : (params.customer_creation ?? 'if_required'),
    customer_details: knownCustomerDetails(params, customer),
    customer_email: params.customer_email || null,
    expires_at: expiresAt,
    invoice_creation: invoiceCreation(params),
    integration_identifier: params.integration_identifier ?? null,
    livemode: false,
    locale: params.locale ?? null,
    metadata: mergeMetadata(null, params.metadata),
    mode: 'payment',
    origin_context: params.origin_context ?? null,
    payment_intent: null,
    payment_method_collection: 'if_required',
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: methods ?? ENABLED_METHODS,
    payment_status: 'unpaid',
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    saved_payment_method_options: savedPaymentMethodOptions(params, customer),
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    ...(params.tax_id_collection && {
      tax_id_collection: {
        enabled: params.tax_id_collection.enabled,
        required: params.tax_id_collection.required ?? 'never',
      },
    }),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${work.settings.baseUrl}/c/pay/${id}`,
  } satisfies Stripe.Checkout.Session
}

function automaticTax(params: Params): Stripe.Checkout.Session.AutomaticTax {
  const enabled = params.automatic_tax?.enabled ?? false
  return {
    enabled,
    liability: enabled ? { type: 'self' } : null,
    provider: enabled ? 'stripe' : null,
    status: enabled ? 'requires_location_inputs' : null,
  }
}

function invoiceCreation(params: Params): Stripe.Checkout.Session.InvoiceCreation {
  const data = params.invoice_creation?.invoice_data
  return {
    enabled: params.invoice_creation?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: data?.description ?? null,
      footer: data?.footer ?? null,
      issuer: null,
      metadata: mergeMetadata(null, data?.metadata),
      rendering_options: null,
    },
  }
}

function consentCollection(params: Params): Stripe.Checkout.Session.ConsentCollection | null {
  const agreement = params.consent_collection?.payment_method_reuse_agreement
  if (!agreement) return null
  return { payment_method_reuse_agreement: agreement, promotions: null, terms_of_service: null }
}

function customText(params: Params): Stripe.Checkout.Session.CustomText {
  const text = params.custom_text ?? {}
  return {
    after_submit: text.after_submit || null,
    shipping_address: text.shipping_address || null,
    submit: text.submit || null,
    terms_of_service_acceptance: text.terms_of_service_acceptance || null,
  }
}

function savedPaymentMethodOptions(params: Params, customer: Stripe.Customer | null) {
  if (!customer) return null
  const options = params.saved_payment_method_options
  return {
    allow_redisplay_filters: options?.allow_redisplay_filters ?? ['always'],
    payment_method_remove: options?.payment_method_remove ?? 'disabled',
    payment_method_save: options?.payment_method_save ?? null,
  } satisfies Stripe.Checkout.Session.SavedPaymentMethodOptions
}

function knownCustomerDetails(
  params: Params,
  customer: Stripe.Customer | null,
): Stripe.Checkout.Session.CustomerDetails | null {
  const email = customer?.email ?? (params.customer_email || null)
  if (!customer && email === null) return null
  return {
    address: customer?.address ?? null,
    business_name: null,
    email,
    individual_name: null,
    name: customer?.name ?? null,
    phone: null,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: null,
  }
}

type LineItemParams = Stripe.Checkout.SessionCreateParams.LineItem
type PriceData = Stripe.Checkout.SessionCreateParams.LineItem.PriceData

/** One line of a session whose price is given inline. */
export function newLineItem(work: Work, item: LineItemParams, priceData: PriceData, unitAmount: number): WireLineItem {
  const quantity = item.quantity ?? 1
  const amount = unitAmount * quantity
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: priceData.currency,
    description: priceData.product_data?.name ?? null,
    metadata: mergeMetadata(null, item.metadata),
    price: {
      id: newId('price'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created: work.now,
      currency: priceData.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: newId('prod', 14),
      recurring: null,
      tax_behavior: priceData.tax_behavior ?? 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: unitAmount,
      unit_amount_decimal: String(unitAmount),
    },
    quantity,
  }
}
