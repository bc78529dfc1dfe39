import { findTestCard, isBankAccount, passesLuhn } from '#lib/local/stripe/flows/test-cards.ts'
import type { Payer } from '#lib/local/stripe/objects/payment-method.ts'

export interface PaymentForm {
  method: string
  number: string
  expiry: string
  cvc: string
  name: string
  email: string
  country: string
  postalCode: string
}

export const PREFILLED: PaymentForm = {
  method: 'card',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
  name: 'Jenny Rosen',
  email: '',
  country: 'US',
  postalCode: '94107',
}

export function readPaymentForm(body: string): PaymentForm {
  const form = new URLSearchParams(body)
  const value = (name: string) => (form.get(name) ?? '').trim().slice(0, 200)
  return {
    method: value('method'),
    number: value('number'),
    expiry: value('expiry'),
    cvc: value('cvc'),
    name: value('name'),
    email: value('email'),
    country: value('country'),
    postalCode: value('postal_code'),
  }
}

export function payerOf(form: PaymentForm, knownEmail: string | null): Payer {
  return {
    name: form.name || null,
    email: knownEmail ?? (form.email || null),
    country: form.country || null,
    postalCode: form.postalCode || null,
  }
}

/** The number to charge, or what is wrong with the form in words for the customer. */
export function checkPaymentForm(form: PaymentForm, nowMs: number): { number: string } | { error: string } {
  if (isBankAccount(form.method)) return { number: form.method }
  if (form.method !== 'card') return { error: 'Choose how to pay.' }
  const number = form.number.replaceAll(/[\s-]/g, '')
  if (!passesLuhn(number)) return { error: 'Your card number is invalid.' }
  if (expired(form.expiry, nowMs)) return { error: "Your card's expiration date is in the past or incomplete." }
  if (!/^\d{3,4}$/.test(form.cvc)) return { error: "Your card's security code is incomplete." }
  if (!findTestCard(number)) {
    return { error: 'Your card was declined. Your request was in test mode, but used a non test card.' }
  }
  return { number }
}

function expired(expiry: string, nowMs: number): boolean {
  const [, month = '', year = ''] = /^(\d{1,2})\s*\/?\s*(\d{2}|\d{4})$/.exec(expiry) ?? []
  if (Number(month) < 1 || Number(month) > 12) return true
  const fullYear = Number(year) < 100 ? 2000 + Number(year) : Number(year)
  return Date.UTC(fullYear, Number(month), 1) <= nowMs
}
