import type Stripe from 'stripe'
import { eventList } from '#lib/local/stripe/params/events.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { badParameter, noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage } from './list-page.ts'

export function existingEvent(work: Work, id: string): Stripe.EventBase {
  const event = work.find('event', id)
  if (!event) throw noSuch('event', id)
  return event
}

/** `checkout.*` stands for every type that begins with `checkout.` */
function isOfType(event: Stripe.EventBase, type: string): boolean {
  return type.endsWith('*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type
}

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/v1/events',
    params: eventList,
    run(work, params) {
      if (params.type !== undefined && params.types !== undefined) {
        throw badParameter('types', 'You may only specify one of these parameters: type, types.')
      }
      const types = params.types ?? (params.type === undefined ? undefined : [params.type])
      const found = work
        .all('event')
        .filter((event) => createdWithin(event.created, params.created))
        .filter((event) => types === undefined || types.some((type) => isOfType(event, type)))
        .filter(
          (event) =>
            params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0),
        )
      return listPage(found, '/v1/events', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/events/:id',
    params: retrieve,
    run: (work, _params, id) => existingEvent(work, id),
  }),
]
