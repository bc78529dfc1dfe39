import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import { BANK_ACCOUNTS, findTestCard, isBankAccount, type TestCard } from '#lib/local/stripe/flows/test-cards.ts'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { EMPTY_ADDRESS } from './reference.ts'

export interface Payer {
  name: string | null
  email: string | null
  country: string | null
  postalCode: string | null
}

export const NOBODY: Payer = { name: null, email: null, country: null, postalCode: null }

/** Stores a new PaymentMethod and, in the vault, the number behind it. */
export function newPaymentMethod(work: Work, number: string, payer: Payer): Stripe.PaymentMethod {
  const kind = isBankAccount(number)
    ? ({ type: 'us_bank_account', us_bank_account: bankDetails(BANK_ACCOUNTS[number].last4) } as const)
    : ({ type: 'card', card: cardDetails(testCard(number), work.now) } as const)
  const method = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(payer),
    created: work.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    ...kind,
  } satisfies Stripe.PaymentMethod
  work.put('instrument', { id: method.id, number, setUp: false, consumed: false })
  return work.put('payment_method', method)
}

export function billingDetails(payer: Payer): Stripe.PaymentMethod.BillingDetails {
  return {
    address: { ...EMPTY_ADDRESS, country: payer.country, postal_code: payer.postalCode },
    email: payer.email,
    name: payer.name,
    phone: null,
    tax_id: null,
  }
}

/** Constant for a number, as Stripe's is for an account. */
export function fingerprint(number: string): string {
  return createHash('sha256').update(number).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16)
}

export function testCard(number: string): TestCard {
  const card = findTestCard(number)
  if (!card) throw new Error(`not a test card: ${number}`)
  return card
}

function cardDetails(card: TestCard, now: number): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: card.brand,
    exp_month: 12,
    exp_year: expiryYear(now),
    fingerprint: fingerprint(card.number),
    funding: 'credit',
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

/** Test cards never expire on their own. */
export function expiryYear(now: number): number {
  return new Date(now * 1000).getUTCFullYear() + 4
}

function bankDetails(last4: string): Stripe.PaymentMethod.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    financial_connections_account: null,
    fingerprint: fingerprint(last4),
    last4,
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  }
}
