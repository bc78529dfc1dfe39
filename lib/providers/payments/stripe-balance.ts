import type Stripe from 'stripe'
import type { Payments, ProviderBalanceEntry } from './port.ts'
import { answer, unreachable } from './stripe-answer.ts'
import { idOf } from './stripe-refunds.ts'

/** A window of the reconciler never comes near this. */
const MOST_ENTRIES = 10_000

/** The part of Payments that reads Stripe's own books (https://docs.stripe.com/api/balance_transactions). */
export function stripeBalance(stripe: Stripe): Pick<Payments, 'listBalanceEntries' | 'readBalanceCents'> {
  return {
    async listBalanceEntries({ sinceMs, untilMs }) {
      const created = { gte: Math.floor(sinceMs / 1000), lt: Math.floor(untilMs / 1000) }
      const list = stripe.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] })
      const entries = await answer(list.autoPagingToArray({ limit: MOST_ENTRIES }))
      if (entries.length === MOST_ENTRIES) throw unreachable(new Error('More movements than one window can hold'))
      return entries.map(toEntry).reverse()
    },
    async readBalanceCents() {
      const { available, pending } = await answer(stripe.balance.retrieve())
      const dollars = [...available, ...pending].filter((funds) => funds.currency === 'usd')
      return dollars.reduce((sum, funds) => sum + funds.amount, 0)
    },
  }
}

function toEntry(transaction: Stripe.BalanceTransaction): ProviderBalanceEntry {
  const { source } = transaction
  const paid =
    typeof source === 'object' && source !== null && 'payment_intent' in source ? source.payment_intent : null
  return {
    id: transaction.id,
    type: transaction.type,
    sourceId: idOf(source),
    paymentIntentId: idOf(paid),
    amountCents: transaction.amount,
    feeCents: transaction.fee,
    currency: transaction.currency,
    createdMs: transaction.created * 1000,
  }
}
