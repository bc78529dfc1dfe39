import type Stripe from 'stripe'
import type { Payer } from '#lib/local/stripe/objects/payment-method.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

/** As in San Francisco, 8.625 %, half cents up: the stand-in knows one tax, owed by whoever pays from the United States. */
const RATE_MILLIPERCENT = 8_625

/**
 * Stripe Tax, once it knows where the customer is: exclusive tax (also where nothing is said, as for dollars by default) is added to the total,
 * inclusive tax is found within it (https://docs.stripe.com/tax/checkout). Again for the same session, it is computed anew.
 */
export function applyTax(work: Work, session: Stripe.Checkout.Session, payer: Payer): void {
  if (!session.automatic_tax.enabled) return
  const detail = work.get('checkout_detail', session.id)
  const rate = payer.country === 'US' ? RATE_MILLIPERCENT : 0
  const lineItems = detail.lineItems.map((item) => {
    const listed = (item.price.unit_amount ?? 0) * (item.quantity ?? 1)
    const isInclusive = item.price.tax_behavior === 'inclusive'
    const tax = Math.round((listed * rate) / (isInclusive ? 100_000 + rate : 100_000))
    const subtotal = isInclusive ? listed - tax : listed
    return { ...item, amount_subtotal: subtotal, amount_tax: tax, amount_total: subtotal + tax }
  })
  const sum = (of: 'amount_subtotal' | 'amount_tax' | 'amount_total') =>
    lineItems.reduce((total, item) => total + item[of], 0)
  session.amount_subtotal = sum('amount_subtotal')
  session.amount_total = sum('amount_total')
  session.total_details = { amount_discount: 0, amount_shipping: 0, amount_tax: sum('amount_tax') }
  work.put('checkout_detail', { ...detail, lineItems })
}
