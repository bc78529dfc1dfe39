import type Stripe from 'stripe'
import { newInvoice } from '#lib/local/stripe/objects/invoice.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'

/** The invoice of a paid session that asked for one (https://docs.stripe.com/payments/checkout/receipts#paid-invoices). */
export function invoiceSession(work: Work, session: Stripe.Checkout.Session): void {
  if (!session.invoice_creation?.enabled || session.payment_status !== 'paid' || session.invoice !== null) return
  const invoice = newInvoice(work, session)
  work.put('invoice', invoice)
  session.invoice = invoice.id
  work.put('checkout_session', session)
  work.emit('invoice.created', { ...invoice, status: 'draft' })
  work.emit('invoice.finalized', { ...invoice, status: 'open' })
  work.emit('invoice.paid', invoice)
}
