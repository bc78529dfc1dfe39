import type Stripe from 'stripe'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

export const ENABLED_METHODS = ['card', 'us_bank_account']

export interface PaymentIntentDraft {
  amount: number
  currency: string
  customer: string | null
  metadata: Stripe.Metadata
  captureMethod?: Stripe.PaymentIntent.CaptureMethod
  description?: string
  receiptEmail?: string
  setupFutureUsage?: Stripe.PaymentIntent.SetupFutureUsage
  statementDescriptor?: string
  statementDescriptorSuffix?: string
  transferGroup?: string
  automaticMethods: Stripe.PaymentIntent.AutomaticPaymentMethods | null
  allowedMethods: string[] | null
}

export function newPaymentIntent(work: Work, draft: PaymentIntentDraft): Stripe.PaymentIntent {
  const id = newId('pi')
  const intent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: draft.allowedMethods,
    amount: draft.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: draft.automaticMethods,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: draft.captureMethod ?? 'automatic_async',
    client_secret: newId(`${id}_secret`, 25),
    confirmation_method: 'automatic',
    created: work.now,
    currency: draft.currency,
    customer: draft.customer,
    customer_account: null,
    description: draft.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: draft.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: draft.allowedMethods ?? ENABLED_METHODS,
    payment_record: null,
    processing: null,
    receipt_email: draft.receiptEmail || null,
    review: null,
    setup_future_usage: draft.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: draft.statementDescriptor ?? null,
    statement_descriptor_suffix: draft.statementDescriptorSuffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: draft.transferGroup ?? null,
  } satisfies Stripe.PaymentIntent
  work.put('payment_intent', intent)
  work.emit('payment_intent.created', intent)
  return intent
}
