import { describe, expect, it } from 'vitest'
import { paidTopUp, startStandIn, typesSince } from '#lib/local/stripe/testing/start-stand-in.ts'

describe('refunds', () => {
  it('give back a part, then the rest, and the charge adds up', async () => {
    const standIn = await startStandIn()
    const { stripe, receiver } = standIn
    const { charge, intent } = await paidTopUp(standIn, 1000)
    const before = receiver.receipts.length
    const first = await stripe.refunds.create({ payment_intent: intent.id, amount: 400, metadata: { refund_id: 'r1' } })
    expect(first).toMatchObject({ status: 'succeeded', amount: 400, charge: charge.id, metadata: { refund_id: 'r1' } })
    const refunded = await receiver.next('charge.refunded')
    expect(refunded.event.data.object).toMatchObject({ amount_refunded: 400, refunded: false })
    expect(refunded.event.data.previous_attributes).toEqual({ amount_refunded: 0 })
    await receiver.next('charge.refund.updated')
    expect(typesSince(receiver, before)).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'charge.refund.updated',
    ])
    const second = await stripe.refunds.create({ charge: charge.id, reason: 'requested_by_customer' })
    expect(second.amount).toBe(600)
    const after = await stripe.charges.retrieve(charge.id, { expand: ['refunds'] })
    expect(after).toMatchObject({ amount_refunded: 1000, refunded: true })
    expect(after.refunds?.data.map(({ id }) => id)).toEqual([second.id, first.id])
    const { data } = await stripe.balanceTransactions.list({ type: 'refund' })
    expect(data.map(({ amount, fee, net }) => [amount, fee, net])).toEqual([
      [-600, 0, -600],
      [-400, 0, -400],
    ])
  })

  it('refuse more than is left, a second full refund, and what was never paid', async () => {
    const standIn = await startStandIn()
    const { stripe } = standIn
    const { charge } = await paidTopUp(standIn, 1000)
    await expect(stripe.refunds.create({ charge: charge.id, amount: 1001 })).rejects.toMatchObject({
      param: 'amount',
      message: 'Refund amount ($10.01) is greater than unrefunded amount on charge ($10.00)',
    })
    await stripe.refunds.create({ charge: charge.id })
    const again = stripe.refunds.create({ charge: charge.id })
    await expect(again).rejects.toMatchObject({ code: 'charge_already_refunded' })
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    await expect(stripe.refunds.create({ charge: 'ch_x' })).rejects.toMatchObject({ code: 'resource_missing' })
    await expect(stripe.refunds.create({ amount: 5 })).rejects.toThrow(/payment_intent or charge/)
  })

  it('fail later when the bank sends them back: the money is ours again and can be refunded again', async () => {
    const standIn = await startStandIn()
    const { stripe, control, receiver } = standIn
    const { charge } = await paidTopUp(standIn, 1000)
    const refund = await stripe.refunds.create({ charge: charge.id })
    control.failRefund(refund.id)
    const failed = await receiver.next('refund.failed')
    expect(failed.event.data.object).toMatchObject({
      id: refund.id,
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    })
    const after = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })
    expect(after.failure_balance_transaction).toMatchObject({ type: 'refund_failure', amount: 1000, net: 1000 })
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ amount_refunded: 0, refunded: false })
    expect(() => control.failRefund(refund.id)).toThrow(/is failed/)
    expect(await stripe.refunds.create({ charge: charge.id })).toMatchObject({ status: 'succeeded' })
  })

  it.each([
    ['4000000000005126', 'succeeded', 'failed'],
    ['4000000000007726', 'pending', 'succeeded'],
  ])('of the test card %s are %s at first and %s in the end', async (card, first, last) => {
    const standIn = await startStandIn()
    const { stripe, receiver } = standIn
    const { charge } = await paidTopUp(standIn, 1000, card)
    expect(await stripe.refunds.create({ charge: charge.id })).toMatchObject({ status: first })
    const updated = await receiver.next('refund.updated')
    expect(updated.event.data.object).toMatchObject({ status: last })
  })

  it('may be made in the Dashboard', async () => {
    const standIn = await startStandIn()
    const { control, receiver } = standIn
    const { charge } = await paidTopUp(standIn, 1000)
    control.refundInDashboard({ charge: charge.id, amount: 250 })
    const refunded = await receiver.next('charge.refunded')
    expect(refunded.event.data.object).toMatchObject({ id: charge.id, amount_refunded: 250 })
    expect(refunded.event.request?.id).toBeNull()
  })
})
