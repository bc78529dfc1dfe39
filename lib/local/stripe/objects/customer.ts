import type Stripe from 'stripe'
import { mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

export function newCustomer(work: Work, params: Stripe.CustomerCreateParams = {}): Stripe.Customer {
  const blank = {
    id: newId('cus', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: work.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: newId('x', 8).slice(2).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  } satisfies Stripe.Customer
  return changeCustomer(blank, params)
}

/** The customer after an update; `''` unsets. */
export function changeCustomer(
  customer: Stripe.Customer,
  params: Stripe.CustomerUpdateParams | Stripe.CustomerCreateParams,
): Stripe.Customer {
  const changed: Stripe.Customer = { ...customer, metadata: mergeMetadata(customer.metadata, params.metadata) }
  for (const key of ['description', 'email', 'name', 'phone'] as const) {
    const value = params[key]
    if (value !== undefined) changed[key] = value === '' ? null : value
  }
  for (const key of ['business_name', 'individual_name'] as const) {
    const value = params[key]
    if (value) changed[key] = value
    else if (value === '') delete changed[key]
  }
  if (params.address !== undefined) changed.address = params.address ? fullAddress(params.address) : null
  if (params.shipping !== undefined) {
    const { shipping } = params
    changed.shipping = shipping
      ? { name: shipping.name, phone: shipping.phone || null, address: fullAddress(shipping.address) }
      : null
  }
  if (params.preferred_locales) changed.preferred_locales = params.preferred_locales
  if (params.tax_exempt !== undefined) changed.tax_exempt = params.tax_exempt || 'none'
  const defaultMethod = params.invoice_settings?.default_payment_method
  if (defaultMethod !== undefined) {
    changed.invoice_settings = { ...changed.invoice_settings, default_payment_method: defaultMethod || null }
  }
  return changed
}

function fullAddress(address: Stripe.AddressParam): Stripe.Address {
  return {
    city: address.city || null,
    country: address.country || null,
    line1: address.line1 || null,
    line2: address.line2 || null,
    postal_code: address.postal_code || null,
    state: address.state || null,
  }
}
