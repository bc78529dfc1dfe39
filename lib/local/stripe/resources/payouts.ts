import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { payoutList } from '#lib/local/stripe/params/balance-transactions.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

export const payoutRoutes = [
  route({
    method: 'GET',
    path: '/v1/payouts',
    params: payoutList,
    run(work, params) {
      const found = work
        .all('payout')
        .filter((payout) => createdWithin(payout.created, params.created))
        .filter((payout) => createdWithin(payout.arrival_date, params.arrival_date))
        .filter((payout) => matches(params.destination, idOf(payout.destination)))
        .filter((payout) => matches(params.status, payout.status))
      return listPage(found, '/v1/payouts', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/payouts/:id',
    params: retrieve,
    run(work, _params, id) {
      const payout = work.find('payout', id)
      if (!payout) throw noSuch('payout', id)
      return payout
    },
  }),
]
