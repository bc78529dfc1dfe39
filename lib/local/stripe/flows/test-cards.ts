/** Why a card was refused (https://docs.stripe.com/declines/codes). */
export interface Decline {
  code: string
  declineCode: string
  message: string
  adviceCode?: string
}

export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard'
  /** What the checkout page says it does. */
  label: string
  decline?: Decline
  /** `unless_set_up`: asks once, then may be charged off-session. */
  authentication: 'never' | 'unless_set_up' | 'always'
  afterCharge?: 'open_dispute' | 'open_inquiry'
  refund?: 'succeed_refund' | 'fail_refund'
}

function card(number: string, label: string, rest: Partial<TestCard> = {}): TestCard {
  return { number, label, brand: 'visa', authentication: 'never', ...rest }
}

function declined(
  declineCode: string,
  message: string,
  code = 'card_declined',
  adviceCode = 'try_again_later',
): Decline {
  return { code, declineCode, message, adviceCode }
}

const INSUFFICIENT_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.')

/** Stripe's own test cards and what they do (https://docs.stripe.com/testing). */
export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'Succeeds'),
  card('5555555555554444', 'Succeeds (Mastercard)', { brand: 'mastercard' }),
  card('4000000000000002', 'Declined', { decline: declined('generic_decline', 'Your card was declined.') }),
  card('4000000000009995', 'Insufficient funds', { decline: INSUFFICIENT_FUNDS }),
  card('4000000000000069', 'Expired card', {
    decline: declined('expired_card', 'Your card has expired.', 'expired_card', 'do_not_try_again'),
  }),
  card('4000000000000127', 'Wrong security code', {
    decline: declined('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc', 'confirm_card_data'),
  }),
  card('4000000000000119', 'Processing error', {
    decline: declined(
      'processing_error',
      'An error occurred while processing your card. Try again in a little bit.',
      'processing_error',
    ),
  }),
  card('4000002500003155', '3-D Secure', { authentication: 'unless_set_up' }),
  card('4000002760003184', '3-D Secure on every payment', { authentication: 'always' }),
  card('4000008260003178', '3-D Secure, then insufficient funds', {
    authentication: 'unless_set_up',
    decline: INSUFFICIENT_FUNDS,
  }),
  card('4000000000000341', 'Can be saved, declines when charged', {
    decline: declined('generic_decline', 'Your card was declined.'),
  }),
  card('4000000000000259', 'Succeeds, then disputed as fraudulent', { afterCharge: 'open_dispute' }),
  card('4000000000001976', 'Succeeds, then an inquiry', { afterCharge: 'open_inquiry' }),
  card('4000000000007726', 'Succeeds; refunds stay pending a while', { refund: 'succeed_refund' }),
  card('4000000000005126', 'Succeeds; refunds fail later', { refund: 'fail_refund' }),
]

/** Test PaymentMethods that API calls may name instead of a number. */
const TOKENS: Readonly<Record<string, string>> = {
  pm_card_visa: '4242424242424242',
  pm_card_mastercard: '5555555555554444',
  pm_card_visa_chargeDeclined: '4000000000000002',
  pm_card_visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_chargeDeclined: '4000000000000002',
  pm_card_chargeCustomerFail: '4000000000000341',
  pm_card_authenticationRequired: '4000002760003184',
  pm_card_authenticationRequiredOnSetup: '4000002500003155',
  pm_card_createDispute: '4000000000000259',
  pm_card_createDisputeInquiry: '4000000000001976',
  pm_card_refundFail: '4000000000005126',
  pm_card_pendingRefund: '4000000000007726',
}

export function findTestCard(number: string): TestCard | undefined {
  return TEST_CARDS.find((candidate) => candidate.number === number)
}

export function testCardOfToken(token: string): TestCard | undefined {
  const number = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined
  return number === undefined ? undefined : findTestCard(number)
}

/** The check digit every card number carries (ISO/IEC 7812-1). */
export function passesLuhn(number: string): boolean {
  let sum = 0
  for (const [index, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return /^\d{12,19}$/.test(number) && sum % 10 === 0
}

/** Bank accounts of the checkout page: debits take time and may come back. */
export const BANK_ACCOUNTS = {
  bank_success: { last4: '6789', taskKind: 'succeed_bank_payment' },
  bank_failure: { last4: '1116', taskKind: 'fail_bank_payment' },
} as const

export type BankAccount = keyof typeof BANK_ACCOUNTS

export function isBankAccount(number: string): number is BankAccount {
  return Object.hasOwn(BANK_ACCOUNTS, number)
}
