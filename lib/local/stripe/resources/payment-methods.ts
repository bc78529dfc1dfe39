import type Stripe from 'stripe'
import { attachMethod } from '#lib/local/stripe/flows/attach-method.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { paymentMethodAttach, paymentMethodList } from '#lib/local/stripe/params/payment-methods.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { noSuch, refused } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { existingCustomer } from './customers.ts'
import { listPage, matches } from './list-page.ts'

function existing(work: Work, id: string): Stripe.PaymentMethod {
  const method = work.find('payment_method', id)
  if (!method) throw noSuch('PaymentMethod', id)
  return method
}

export const paymentMethodRoutes = [
  route({
    method: 'GET',
    path: '/v1/payment_methods',
    params: paymentMethodList,
    run(work, params) {
      if (params.customer !== undefined) existingCustomer(work, params.customer)
      const found = work
        .all('payment_method')
        .filter((method) => params.customer !== undefined && idOf(method.customer) === params.customer)
        .filter((method) => matches(params.type, method.type))
        .filter((method) => matches(params.allow_redisplay, method.allow_redisplay ?? null))
      return listPage(found, '/v1/payment_methods', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    params: retrieve,
    run: (work, _params, id) => existing(work, id),
  }),
  route({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    params: paymentMethodAttach,
    run: (work, params, id) => {
      const { id: customer } = existingCustomer(work, params.customer ?? '')
      return attachMethod(work, id, customer, 'id')
    },
  }),
  route({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    params: retrieve,
    run(work, _params, id) {
      const method = existing(work, id)
      const customer = idOf(method.customer)
      if (customer === null) {
        throw refused('The payment method you provided is not attached to a customer so detachment is impossible.')
      }
      const detached = work.put('payment_method', { ...method, customer: null })
      work.put('instrument', { ...work.get('instrument', id), consumed: true })
      work.emit('payment_method.detached', detached, { customer })
      return detached
    },
  }),
]
