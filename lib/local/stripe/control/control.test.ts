import { describe, expect, it } from 'vitest'
import { paidTopUp, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

async function call(url: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/_local/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

describe('the control endpoints', () => {
  it('play a customer', async () => {
    const { url, stripe } = await startStandIn({ asyncDelayMs: 60_000 })
    const open = async () => (await stripe.checkout.sessions.create(topUp())).id
    const [paid, declined, expired, settled, bounced] = [
      await open(),
      await open(),
      await open(),
      await open(),
      await open(),
    ]
    expect(await call(url, 'POST', `checkout/${paid}/pay`)).toEqual({ status: 200, body: { outcome: 'succeeded' } })
    expect((await call(url, 'POST', `checkout/${paid}/pay`)).status).toBe(400)
    expect((await call(url, 'POST', `checkout/${declined}/decline`)).body).toEqual({ outcome: 'declined' })
    expect((await call(url, 'POST', `checkout/${expired}/expire`)).body).toMatchObject({ status: 'expired' })
    for (const [id, card] of [
      [settled, 'bank_success'],
      [bounced, 'bank_failure'],
    ]) {
      expect((await call(url, 'POST', `checkout/${id}/pay`, { card })).body).toEqual({ outcome: 'processing' })
    }
    const settledNow = await call(url, 'POST', `checkout/${settled}/complete_async`)
    expect(settledNow.body).toMatchObject({ payment_status: 'paid' })
    expect((await call(url, 'POST', `checkout/${bounced}/fail_async`)).body).toMatchObject({ payment_status: 'unpaid' })
    expect((await call(url, 'POST', `checkout/${bounced}/complete_async`)).status).toBe(400)
  })

  it('play banks and the Dashboard', async () => {
    const standIn = await startStandIn()
    const { url, stripe } = standIn
    const { charge, intent } = await paidTopUp(standIn)
    const refund = await call(url, 'POST', 'dashboard-refund', { charge: charge.id, amount: 100 })
    expect(refund.body).toMatchObject({ object: 'refund', amount: 100 })
    const failed = await call(url, 'POST', `refunds/${refund.body.id}/fail`, { reason: 'lost_or_stolen_card' })
    expect(failed.body).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' })
    const dispute = await call(url, 'POST', 'disputes', { payment_intent: intent.id, reason: 'product_not_received' })
    expect(dispute.body).toMatchObject({ status: 'needs_response', reason: 'product_not_received' })
    await call(url, 'POST', `disputes/${dispute.body.id}/withdraw`)
    expect((await call(url, 'POST', `disputes/${dispute.body.id}/win`)).body).toMatchObject({ status: 'won' })
    expect((await call(url, 'POST', 'payouts', { amount: 500 })).body).toMatchObject({ object: 'payout' })
    expect((await stripe.payouts.list()).data).toHaveLength(1)
  })

  it('show the state and set and clear faults', async () => {
    const { url, stripe, receiver } = await startStandIn()
    await call(url, 'POST', 'deliveries', { duplicate: 1, hold: true })
    const faults = { match: { path: '/v1/customers' }, action: 'status', times: 5 }
    expect((await call(url, 'POST', 'faults', faults)).body).toEqual({ ok: true })
    const { body } = await call(url, 'GET', 'state')
    expect(body).toMatchObject({
      delivery_faults: { duplicate: 1, hold: true, shuffle: false },
      api_faults: [{ action: 'status', status: 500, times: 5 }],
    })
    await call(url, 'DELETE', 'faults')
    await stripe.customers.create()
    expect((await call(url, 'POST', 'deliveries/release')).body).toEqual({ released: 2 })
    await receiver.until((receipts) => receipts.length === 2)
    await call(url, 'DELETE', 'deliveries')
    await stripe.customers.create()
    await receiver.until((receipts) => receipts.length === 3)
    const again = await call(url, 'POST', `events/${receiver.receipts[2]?.id}/resend`)
    expect(again.body).toMatchObject({ type: 'customer.created', state: 'pending' })
    await receiver.until((receipts) => receipts.length === 4)
  })

  it('refuse web pages, unknown fields and unknown paths', async () => {
    const { url } = await startStandIn()
    expect((await call(url, 'GET', 'state', undefined, { origin: 'https://evil.example' })).status).toBe(403)
    const unknown = await call(url, 'POST', 'deliveries', { duplicates: 1 })
    expect(unknown.body.error.message).toContain('duplicates')
    expect((await call(url, 'POST', 'nothing')).status).toBe(404)
    expect((await call(url, 'POST', 'checkout/cs_x/pay')).status).toBe(404)
  })
})
