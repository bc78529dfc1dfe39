import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { paidTopUp, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'
import { WEBHOOK_SECRET } from '#lib/local/stripe/testing/webhook-receiver.ts'
import { shuffled } from './delivery-faults.ts'
import { signPayload } from './sign-payload.ts'

const IN_ORDER = [
  'payment_intent.created',
  'charge.succeeded',
  'payment_intent.succeeded',
  'checkout.session.completed',
]

async function pay(standIn: Awaited<ReturnType<typeof startStandIn>>) {
  const { id } = await standIn.stripe.checkout.sessions.create(topUp())
  standIn.control.pay(id)
  return id
}

describe('the signature', () => {
  it('is what the SDK expects, and nothing else passes', async () => {
    const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.succeeded' })
    const now = Math.floor(Date.now() / 1000)
    const verify = (text: string, header: string) => Stripe.webhooks.constructEventAsync(text, header, WEBHOOK_SECRET)
    expect(await verify(payload, signPayload(payload, WEBHOOK_SECRET, now))).toMatchObject({ id: 'evt_1' })
    await expect(verify(payload, signPayload(payload, 'whsec_other', now))).rejects.toThrow()
    await expect(verify(payload.replace('1', '2'), signPayload(payload, WEBHOOK_SECRET, now))).rejects.toThrow()
    await expect(verify(payload, signPayload(payload, WEBHOOK_SECRET, now - 301))).rejects.toThrow(/tolerance/)
  })

  it('covers the bytes that are sent', async () => {
    const standIn = await startStandIn()
    await paidTopUp(standIn)
    expect(standIn.receiver.rejected).toEqual([])
    expect(standIn.receiver.receipts[0]?.event).toMatchObject({
      object: 'event',
      api_version: Stripe.API_VERSION,
      livemode: false,
      pending_webhooks: 1,
    })
  })
})

describe('delivery', () => {
  it('is tried again until the receiver answers 2xx; a redirect is a failure', async () => {
    const standIn = await startStandIn()
    const { receiver, stripe, control } = standIn
    receiver.answers.push(500, 302, 404)
    const { id } = await stripe.customers.create()
    await receiver.until((receipts) => receipts.length === 4)
    expect(new Set(receiver.receipts.map((receipt) => receipt.id)).size).toBe(1)
    await expect.poll(() => control.state().deliveries[0]?.state).toBe('delivered')
    expect(control.state().deliveries[0]?.attempts.map(({ status }) => status)).toEqual([500, 302, 404, 200])
    const [event] = (await stripe.events.list({ type: 'customer.created', delivery_success: true })).data
    expect(event).toMatchObject({ pending_webhooks: 0, data: { object: { id } } })
  })

  it('gives up after the last retry; the event is still in the list and can be sent again', async () => {
    const { receiver, stripe, control } = await startStandIn({ retryDelaysMs: [1] })
    receiver.answers.push(500, 500)
    await stripe.customers.create()
    await expect.poll(() => control.state().deliveries[0]?.state).toBe('failed')
    const [event] = (await stripe.events.list({ delivery_success: false })).data
    control.resendEvent(event?.id ?? '')
    await receiver.until((receipts) => receipts.length === 3)
    await expect.poll(() => control.state().deliveries.map(({ state }) => state)).toEqual(['failed', 'delivered'])
  })

  it('lets other events pass one that waits for its retry', async () => {
    const standIn = await startStandIn({ retryDelaysMs: [60] })
    const { receiver } = standIn
    receiver.answers.push(500)
    await pay(standIn)
    await receiver.until((receipts) => receipts.filter(({ type }) => type === 'payment_intent.created').length === 2)
    expect(receiver.types().slice(0, 4)).toEqual(IN_ORDER)
    expect(receiver.types().lastIndexOf('payment_intent.created')).toBeGreaterThan(3)
  })

  it('waits for a receiver that is not there', async () => {
    const { receiver, stripe, control } = await startStandIn({ retryDelaysMs: Array(200).fill(10) })
    await receiver.shut()
    await stripe.customers.create()
    await expect.poll(() => control.state().deliveries[0]?.attempts.length).toBeGreaterThan(1)
    expect(control.state().deliveries[0]?.attempts[0]).toMatchObject({
      status: 0,
      error: expect.stringContaining('ECONNREFUSED'),
    })
    await receiver.open()
    await receiver.next('customer.created')
  })
})

describe('delivery faults', () => {
  it('duplicate events under the same id', async () => {
    const { receiver, stripe, control } = await startStandIn()
    control.setDeliveryFaults({ duplicate: 2 })
    await stripe.customers.create()
    await receiver.until((receipts) => receipts.length === 3)
    expect(new Set(receiver.receipts.map(({ id }) => id)).size).toBe(1)
  })

  it('shuffle the events of one action', async () => {
    const standIn = await startStandIn()
    standIn.control.setDeliveryFaults({ shuffle: true })
    await pay(standIn)
    await standIn.receiver.until((receipts) => receipts.length >= 4)
    const types = standIn.receiver.types().slice(0, 4)
    expect(types).not.toEqual(IN_ORDER)
    expect(types.toSorted()).toEqual(IN_ORDER.toSorted())
  })

  it('shuffle into another order always', () => {
    for (let round = 0; round < 50; round++) expect(shuffled([1, 2, 3])).not.toEqual([1, 2, 3])
    expect(shuffled([1])).toEqual([1])
  })

  it('hold events back and release them, in another order if asked', async () => {
    const standIn = await startStandIn()
    const { receiver, control, stripe } = standIn
    control.setDeliveryFaults({ hold: true })
    const id = await pay(standIn)
    await expect.poll(() => control.state().deliveries.length).toBe(5)
    expect(receiver.receipts).toEqual([])
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid' })
    expect(control.releaseDeliveries({ shuffle: true })).toEqual({ released: 5 })
    await receiver.until((receipts) => receipts.length === 5)
    expect(receiver.types()).not.toEqual([...IN_ORDER, 'charge.updated'])
  })

  it('send what was held when the hold is lifted', async () => {
    const { receiver, stripe, control } = await startStandIn()
    control.setDeliveryFaults({ hold: true })
    await stripe.customers.create()
    control.setDeliveryFaults({ hold: false })
    await receiver.next('customer.created')
  })

  it('lose events of some types, which stay in the list of events', async () => {
    const standIn = await startStandIn()
    const { receiver, control, stripe } = standIn
    control.setDeliveryFaults({ drop_types: ['checkout.session.completed'], duplicate: 1 })
    await pay(standIn)
    await receiver.next('charge.updated')
    expect(receiver.types()).not.toContain('checkout.session.completed')
    const { data } = await stripe.events.list({ types: ['checkout.session.completed', 'payout.paid'] })
    expect(data).toHaveLength(1)
    control.resendEvent(data[0]?.id ?? '')
    await receiver.next('checkout.session.completed')
  })

  it('delay events', async () => {
    const { receiver, stripe, control } = await startStandIn()
    control.setDeliveryFaults({ delay_ms: 80 })
    const startMs = performance.now()
    await stripe.customers.create()
    await receiver.next('customer.created')
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(79)
  })
})
