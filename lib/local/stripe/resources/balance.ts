import type Stripe from 'stripe'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { currentStatus } from './balance-transactions.ts'

/** What the account holds (https://docs.stripe.com/api/balance): the sum of all movements, in dollars even when there are none. */
function currentBalance(work: Work): Stripe.Balance {
  const sums = { available: new Map([['usd', 0]]), pending: new Map([['usd', 0]]) }
  for (const transaction of work.all('balance_transaction')) {
    const { status, currency, net } = currentStatus(work, transaction)
    const sum = status === 'available' ? sums.available : sums.pending
    sum.set(currency, (sum.get(currency) ?? 0) + net)
  }
  const funds = (sum: Map<string, number>) =>
    [...sum].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }))
  return {
    object: 'balance',
    available: funds(sums.available),
    livemode: false,
    pending: funds(sums.pending),
  }
}

export const balanceRoutes = [route({ method: 'GET', path: '/v1/balance', params: retrieve, run: currentBalance })]
