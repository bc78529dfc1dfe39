import type Stripe from 'stripe'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { idOf } from './reference.ts'

/** What the invoice of a one-time payment never has. */
const NOT_PLAYED = {
  account_country: 'US',
  account_name: 'Local stand-in',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  automatically_finalizes_at: null,
  custom_fields: null,
  customer_account: null,
  customer_phone: null,
  customer_shipping: null,
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  due_date: null,
  ending_balance: 0,
  footer: null,
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  next_payment_attempt: null,
  on_behalf_of: null,
  parent: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Stripe.Invoice>

/** A paid invoice of a Checkout Session, with the metadata that the session gave it. */
export function newInvoice(work: Work, session: Stripe.Checkout.Session): Stripe.Invoice & { id: string } {
  const id = newId('in')
  const total = session.amount_total ?? 0
  const tax = session.total_details?.amount_tax ?? 0
  const { now } = work
  return {
    ...NOT_PLAYED,
    id,
    object: 'invoice',
    amount_due: total,
    amount_paid: total,
    amount_remaining: 0,
    attempt_count: 0,
    attempted: true,
    automatic_tax: {
      ...session.automatic_tax,
      disabled_reason: null,
      liability: session.automatic_tax.liability,
      status: session.automatic_tax.enabled ? 'complete' : null,
    },
    billing_reason: 'manual',
    collection_method: 'charge_automatically',
    created: now,
    currency: session.currency ?? 'usd',
    customer: idOf(session.customer),
    customer_address: session.customer_details?.address ?? null,
    customer_email: session.customer_details?.email ?? null,
    customer_name: session.customer_details?.name ?? null,
    customer_tax_exempt: 'none',
    description: null,
    effective_at: now,
    hosted_invoice_url: `${work.settings.baseUrl}/invoices/${id}`,
    invoice_pdf: `${work.settings.baseUrl}/invoices/${id}`,
    lines: { object: 'list', data: [], has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: session.invoice_creation?.invoice_data.metadata ?? {},
    number: `LOCAL-${id.slice(-6).toUpperCase()}`,
    period_end: now,
    period_start: now,
    status: 'paid',
    status_transitions: { finalized_at: now, marked_uncollectible_at: null, paid_at: now, voided_at: null },
    subtotal: total - tax,
    subtotal_excluding_tax: total - tax,
    total,
    total_excluding_tax: total - tax,
  }
}
