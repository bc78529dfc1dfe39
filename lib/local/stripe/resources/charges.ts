import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { chargeList } from '#lib/local/stripe/params/charges.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

export const chargeRoutes = [
  route({
    method: 'GET',
    path: '/v1/charges',
    params: chargeList,
    run(work, params) {
      const found = work
        .all('charge')
        .filter((charge) => createdWithin(charge.created, params.created))
        .filter((charge) => matches(params.customer, idOf(charge.customer)))
        .filter((charge) => matches(params.payment_intent, idOf(charge.payment_intent)))
        .filter((charge) => matches(params.transfer_group, charge.transfer_group))
      return listPage(found, '/v1/charges', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/charges/:id',
    params: retrieve,
    run(work, _params, id) {
      const charge = work.find('charge', id)
      if (!charge) throw noSuch('charge', id)
      return charge
    },
  }),
]
