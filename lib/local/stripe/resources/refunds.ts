import type Stripe from 'stripe'
import { refundCharge } from '#lib/local/stripe/flows/refund-charge.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { refundCreate, refundList } from '#lib/local/stripe/params/refunds.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { badParameter, noSuch, refused } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

export function refundsOf(work: Work, chargeId: string) {
  const found = work.all('refund').filter((refund) => idOf(refund.charge) === chargeId)
  return listPage(found, `/v1/charges/${chargeId}/refunds`, {})
}

/** The charge a refund is asked for, named by itself or by its PaymentIntent. */
function chargeToRefund(work: Work, params: Stripe.RefundCreateParams): string {
  const { charge, payment_intent } = params
  if (charge !== undefined && payment_intent !== undefined) {
    const intent = work.find('charge', charge)?.payment_intent
    if (idOf(intent) !== payment_intent)
      throw badParameter('charge', 'The charge does not belong to the PaymentIntent.')
  }
  if (charge !== undefined) {
    if (!work.find('charge', charge)) throw noSuch('charge', charge, 'charge')
    return charge
  }
  if (payment_intent === undefined) {
    throw badParameter(
      'charge',
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  const intent = work.find('payment_intent', payment_intent)
  if (!intent) throw noSuch('payment_intent', payment_intent, 'payment_intent')
  const latest = idOf(intent.latest_charge)
  if (latest === null || intent.status !== 'succeeded') {
    throw refused(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      'payment_intent_unexpected_state',
    )
  }
  return latest
}

export const refundRoutes = [
  route({
    method: 'POST',
    path: '/v1/refunds',
    params: refundCreate,
    run: (work, params) =>
      refundCharge(work, chargeToRefund(work, params), {
        amount: params.amount,
        reason: params.reason,
        metadata: mergeMetadata(null, params.metadata),
      }),
  }),
  route({
    method: 'GET',
    path: '/v1/refunds',
    params: refundList,
    run(work, params) {
      const found = work
        .all('refund')
        .filter((refund) => createdWithin(refund.created, params.created))
        .filter((refund) => matches(params.charge, idOf(refund.charge)))
        .filter((refund) => matches(params.payment_intent, idOf(refund.payment_intent)))
      return listPage(found, '/v1/refunds', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/refunds/:id',
    params: retrieve,
    run(work, _params, id) {
      const refund = work.find('refund', id)
      if (!refund) throw noSuch('refund', id)
      return refund
    },
  }),
]
