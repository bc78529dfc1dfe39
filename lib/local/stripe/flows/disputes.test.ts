import { describe, expect, it } from 'vitest'
import { paidTopUp, startStandIn, typesSince } from '#lib/local/stripe/testing/start-stand-in.ts'

async function disputed({ warning = false } = {}) {
  const standIn = await startStandIn()
  const { charge, intent } = await paidTopUp(standIn, 1000)
  const before = standIn.receiver.receipts.length
  const dispute = standIn.control.openDispute({ payment_intent: intent.id, warning })
  return { ...standIn, charge, intent, dispute, since: () => typesSince(standIn.receiver, before) }
}

describe('disputes', () => {
  it('freeze first, take the money when funds are withdrawn, and are lost', async () => {
    const { stripe, control, receiver, dispute, charge, intent, since } = await disputed()
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      status: 'needs_response',
      reason: 'fraudulent',
      amount: 1000,
      charge: charge.id,
      payment_intent: intent.id,
      balance_transactions: [],
      is_charge_refundable: false,
    })
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ disputed: true })
    await expect(stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({ code: 'charge_disputed' })
    control.advanceDispute(dispute.id, 'withdraw')
    const withdrawn = await receiver.next('charge.dispute.funds_withdrawn')
    expect(withdrawn.event.data.object).toMatchObject({
      balance_transactions: [{ amount: -1000, fee: 1500, net: -2500, reporting_category: 'dispute' }],
    })
    control.advanceDispute(dispute.id, 'lose')
    const closed = await receiver.next('charge.dispute.closed')
    expect(closed.event.data.object).toMatchObject({ status: 'lost' })
    expect(since()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.closed'])
    expect(() => control.advanceDispute(dispute.id, 'win')).toThrow(/already closed/)
  })

  it('return the money, not the fee, when won with evidence', async () => {
    const { stripe, control, receiver, dispute, since } = await disputed()
    control.advanceDispute(dispute.id, 'withdraw')
    const answered = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'They used it.' } })
    expect(answered).toMatchObject({
      status: 'under_review',
      evidence_details: { submission_count: 1, has_evidence: true },
    })
    control.advanceDispute(dispute.id, 'win')
    await receiver.next('charge.dispute.closed')
    expect(since()).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
    const { data } = await stripe.balanceTransactions.list({ source: dispute.id })
    expect(data.map(({ net, reporting_category }) => [net, reporting_category])).toEqual([
      [1000, 'dispute_reversal'],
      [-2500, 'dispute'],
    ])
    expect((await stripe.disputes.list()).data).toMatchObject([{ id: dispute.id, status: 'won' }])
  })

  it('are lost when we accept them, funds withdrawn on the way', async () => {
    const { stripe, receiver, dispute, since } = await disputed()
    expect(await stripe.disputes.close(dispute.id)).toMatchObject({ status: 'lost' })
    await receiver.next('charge.dispute.closed')
    expect(since()).toContain('charge.dispute.funds_withdrawn')
  })

  it('move no money as inquiries, and can still be refunded', async () => {
    const { stripe, control, receiver, dispute, charge, since } = await disputed({ warning: true })
    expect(dispute).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true })
    expect(await stripe.refunds.create({ charge: charge.id, amount: 100 })).toMatchObject({ status: 'succeeded' })
    control.advanceDispute(dispute.id, 'close')
    const closed = await receiver.next('charge.dispute.closed')
    expect(closed.event.data.object).toMatchObject({ status: 'warning_closed', balance_transactions: [] })
    expect(since()).not.toContain('charge.dispute.funds_withdrawn')
    expect((await stripe.balanceTransactions.list({ type: 'adjustment' })).data).toEqual([])
  })

  it('grow from an inquiry to a chargeback', async () => {
    const { control, receiver, dispute } = await disputed({ warning: true })
    control.advanceDispute(dispute.id, 'withdraw')
    const updated = await receiver.next('charge.dispute.updated')
    expect(updated.event.data.object).toMatchObject({ status: 'needs_response', is_charge_refundable: false })
    await receiver.next('charge.dispute.funds_withdrawn')
  })

  it('come by themselves for the test card that is always disputed', async () => {
    const standIn = await startStandIn()
    const { intent } = await paidTopUp(standIn, 1000, '4000000000000259')
    const created = await standIn.receiver.next('charge.dispute.created')
    expect(created.event.data.object).toMatchObject({ payment_intent: intent.id })
    await standIn.receiver.next('charge.dispute.funds_withdrawn')
  })
})

describe('payouts', () => {
  it('leave the balance at once and are paid later', async () => {
    const { stripe, control, receiver } = await startStandIn()
    const payout = control.payOut(900)
    const paid = await receiver.next('payout.reconciliation_completed')
    expect(receiver.types()).toEqual(['payout.created', 'payout.paid', 'payout.reconciliation_completed'])
    expect(paid.event.data.object).toMatchObject({ id: payout.id, status: 'paid', amount: 900 })
    const [transaction] = (await stripe.balanceTransactions.list({ type: 'payout' })).data
    expect(transaction).toMatchObject({ amount: -900, fee: 0, net: -900, source: payout.id })
    const { data } = await stripe.payouts.list({ status: 'paid' })
    expect(data.map(({ id }) => id)).toEqual([payout.id])
  })
})
