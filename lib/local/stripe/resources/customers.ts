import type Stripe from 'stripe'
import { attachMethod } from '#lib/local/stripe/flows/attach-method.ts'
import { changeCustomer, newCustomer } from '#lib/local/stripe/objects/customer.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { customerCreate, customerList, customerUpdate } from '#lib/local/stripe/params/customers.ts'
import { customerPaymentMethodList } from '#lib/local/stripe/params/payment-methods.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

/** @throws RequestError when it does not exist or was deleted; `param` names the parameter that asked for it. */
export function existingCustomer(work: Work, id: string, param = 'customer'): Stripe.Customer {
  const customer = work.find('customer', id)
  if (!customer) throw noSuch('customer', id, param)
  return customer
}

/** The old values of what changed: an event's `previous_attributes`. */
function differences<T extends object>(before: T, after: T): Partial<T> {
  const keys = (Object.keys(after) as (keyof T)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
  return Object.fromEntries(keys.map((key) => [key, before[key] ?? null])) as Partial<T>
}

export const customerRoutes = [
  route({
    method: 'POST',
    path: '/v1/customers',
    params: customerCreate,
    run(work, params) {
      const customer = work.put('customer', newCustomer(work, params))
      work.emit('customer.created', customer)
      if (params.payment_method) attachMethod(work, params.payment_method, customer.id)
      return customer
    },
  }),
  route({
    method: 'GET',
    path: '/v1/customers',
    params: customerList,
    run(work, params) {
      const found = work
        .all('customer')
        .filter(({ created, email }) => createdWithin(created, params.created) && matches(params.email, email))
      return listPage(found, '/v1/customers', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/customers/:id',
    params: retrieve,
    run: (work, _params, id) => work.find('deleted_customer', id) ?? existingCustomer(work, id, 'id'),
  }),
  route({
    method: 'POST',
    path: '/v1/customers/:id',
    params: customerUpdate,
    run(work, params, id) {
      const before = existingCustomer(work, id, 'id')
      const method = params.invoice_settings?.default_payment_method
      if (method && idOf(work.find('payment_method', method)?.customer) !== id) {
        throw noSuch('payment_method', method, 'invoice_settings[default_payment_method]')
      }
      const after = work.put('customer', changeCustomer(before, params))
      const previous = differences(before, after)
      if (Object.keys(previous).length > 0) work.emit('customer.updated', after, previous)
      return after
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/customers/:id',
    params: retrieve,
    run(work, _params, id) {
      const customer = existingCustomer(work, id, 'id')
      work.remove('customer', id)
      for (const method of work.all('payment_method')) {
        if (idOf(method.customer) === id) work.put('payment_method', { ...method, customer: null })
      }
      work.emit('customer.deleted', customer)
      return work.put('deleted_customer', { id, object: 'customer', deleted: true } satisfies Stripe.DeletedCustomer)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    params: customerPaymentMethodList,
    run(work, params, id) {
      existingCustomer(work, id, 'id')
      const found = work
        .all('payment_method')
        .filter((method) => idOf(method.customer) === id && matches(params.type, method.type))
      return listPage(found, `/v1/customers/${id}/payment_methods`, params)
    },
  }),
]
