import type Stripe from 'stripe'
import { BANK_ACCOUNTS, type Decline, isBankAccount } from '#lib/local/stripe/flows/test-cards.ts'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Instrument } from '#lib/local/stripe/store/tables.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { expiryYear, fingerprint, testCard } from './payment-method.ts'
import { idOf } from './reference.ts'

export interface ChargeDraft {
  intent: Stripe.PaymentIntent
  method: Stripe.PaymentMethod
  instrument: Instrument
  status: 'succeeded' | 'pending' | 'failed'
  authenticated: boolean
  decline?: Decline
}

export function newCharge(work: Work, draft: ChargeDraft): Stripe.Charge {
  const { intent, method, status, decline } = draft
  const id = newId(method.type === 'card' ? 'ch' : 'py')
  const paid = status !== 'failed'
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'LOCAL STAND-IN',
    captured: paid,
    created: work.now,
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcome(decline),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: paymentMethodDetails(work, draft),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: paid ? `${work.settings.baseUrl}/receipts/${id}` : null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  } satisfies Stripe.Charge
}

function outcome(decline: Decline | undefined): Stripe.Charge.Outcome {
  return {
    advice_code: decline?.adviceCode ?? null,
    network_advice_code: null,
    network_decline_code: decline ? '01' : null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  }
}

function paymentMethodDetails(work: Work, draft: ChargeDraft): Stripe.Charge.PaymentMethodDetails {
  const { number } = draft.instrument
  if (isBankAccount(number)) {
    const { last4 } = BANK_ACCOUNTS[number]
    const bank: Stripe.Charge.PaymentMethodDetails.UsBankAccount = {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      fingerprint: fingerprint(last4),
      last4,
      payment_reference: null,
      routing_number: '110000000',
    }
    return { type: 'us_bank_account', us_bank_account: bank }
  }
  return { type: 'card', card: cardDetails(work.now, draft) }
}

function cardDetails(now: number, draft: ChargeDraft): Stripe.Charge.PaymentMethodDetails.Card {
  const card = testCard(draft.instrument.number)
  return {
    amount_authorized: draft.intent.amount,
    authorization_code: draft.decline ? null : '123456',
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: 12,
    exp_year: expiryYear(now),
    extended_authorization: { status: 'disabled' },
    fingerprint: fingerprint(card.number),
    funding: 'credit',
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.number.slice(-4),
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: '104102978678771',
    overcapture: { maximum_amount_capturable: draft.intent.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: draft.authenticated ? authentication() : null,
    transaction_link_id: null,
    wallet: null,
  }
}

function authentication(): Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure {
  return {
    authentication_flow: 'challenge',
    electronic_commerce_indicator: '05',
    exemption_indicator: null,
    result: 'authenticated',
    result_reason: null,
    transaction_id: newId('dstx', 20).slice(5),
    version: '2.2.0',
  }
}
