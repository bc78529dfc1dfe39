import type Stripe from 'stripe'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { balanceTransactionList } from '#lib/local/stripe/params/balance-transactions.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

/** Pending money becomes available by the passing of time alone. */
export function currentStatus(work: Work, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...transaction, status: transaction.available_on <= work.now ? 'available' : 'pending' }
}

export const balanceTransactionRoutes = [
  route({
    method: 'GET',
    path: '/v1/balance_transactions',
    params: balanceTransactionList,
    run(work, params) {
      const found = work
        .all('balance_transaction')
        .filter((transaction) => createdWithin(transaction.created, params.created))
        .filter((transaction) => matches(params.currency, transaction.currency))
        .filter((transaction) => matches(params.source, idOf(transaction.source)))
        .filter((transaction) => matches(params.type, transaction.type))
        .map((transaction) => currentStatus(work, transaction))
      return listPage(found, '/v1/balance_transactions', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    params: retrieve,
    run(work, _params, id) {
      const transaction = work.find('balance_transaction', id)
      if (!transaction) throw noSuch('balance transaction', id)
      return currentStatus(work, transaction)
    },
  }),
]
