import { describe, expect, it } from 'vitest'
import { paidTopUp, SECRET_KEY, sdk, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

const options = { idempotencyKey: 'click-1' }

describe('idempotency keys', () => {
  it('replay the first answer to the same request', async () => {
    const { stripe } = await startStandIn()
    const first = await stripe.customers.create({ name: 'Ada', metadata: { a: '1', b: '2' } }, options)
    const second = await stripe.customers.create({ metadata: { b: '2', a: '1' }, name: 'Ada' }, options)
    expect(second).toEqual(first)
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  it('refuse another request', async () => {
    const { stripe } = await startStandIn()
    await stripe.customers.create({ name: 'Ada' }, options)
    for (const other of [
      () => stripe.customers.create({ name: 'Grace' }, options),
      () => stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, options),
    ]) {
      await expect(other()).rejects.toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
    }
    await expect(stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) })).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
    })
  })

  it('remember failures of the endpoint, but not faults of the parameters', async () => {
    const standIn = await startStandIn()
    const { stripe } = standIn
    const { charge } = await paidTopUp(standIn, 1000)
    const tooMuch = { charge: charge.id, amount: 2000 }
    await expect(stripe.refunds.create(tooMuch, options)).rejects.toMatchObject({ statusCode: 400 })
    await expect(stripe.refunds.create(tooMuch, options)).rejects.toMatchObject({
      headers: { 'idempotent-replayed': 'true' },
    })
    const key = { idempotencyKey: 'click-2' }
    await expect(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, key)).rejects.toThrow(/at least/)
    expect(await stripe.paymentIntents.create({ amount: 100, currency: 'usd' }, key)).toMatchObject({ amount: 100 })
  })

  it('are forgotten after 24 hours', async () => {
    let offsetMs = 0
    const { stripe } = await startStandIn({ clock: () => Date.now() + offsetMs })
    const first = await stripe.customers.create({}, options)
    offsetMs = 24 * 3600_000 + 1000
    expect((await stripe.customers.create({}, options)).id).not.toBe(first.id)
  })

  it('conflict while the first request is still running', async () => {
    const { stripe, control, receiver } = await startStandIn()
    control.addApiFault({ match: { path: '/v1/customers' }, action: 'delay', status: 500, delay_ms: 150, times: 1 })
    // With retries left the SDK waits out the conflict; without, it reports it.
    const [first, second] = await Promise.allSettled([
      stripe.customers.create({}, options),
      stripe.customers.create({}, { ...options, maxNetworkRetries: 0 }),
    ])
    const conflict = [first, second].find((result) => result.status === 'rejected')
    expect(conflict?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    await receiver.next('customer.created')
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })
})

describe('API faults', () => {
  it('answer with an error before anything is done; the SDK tries again', async () => {
    const { stripe, url, control } = await startStandIn()
    control.addApiFault({
      match: { method: 'POST', path: '/v1/customers' },
      action: 'status',
      status: 503,
      delay_ms: 0,
      times: 2,
    })
    const patient = sdk(url, { maxNetworkRetries: 3 })
    const customer = await patient.customers.create({ name: 'Ada' })
    expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([customer.id])
    expect(control.state().api_faults).toEqual([])
  })

  it('report a rate limit the way the SDK knows it', async () => {
    const { stripe, control } = await startStandIn()
    control.addApiFault({ match: {}, action: 'status', status: 429, delay_ms: 0, times: 1 })
    const request = stripe.customers.list({}, { maxNetworkRetries: 0 })
    await expect(request).rejects.toMatchObject({ type: 'StripeRateLimitError' })
  })

  it('lose the answer after the work was done: the key makes the retry find it', async () => {
    const { stripe, url, control } = await startStandIn()
    control.addApiFault({
      match: { path: '/v1/checkout/*' },
      action: 'drop_response',
      status: 500,
      delay_ms: 0,
      times: 1,
    })
    const session = await stripe.checkout.sessions.create(topUp(), { idempotencyKey: 'click-3' })
    expect(session.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect((await stripe.checkout.sessions.list()).data.map(({ id }) => id)).toEqual([session.id])

    control.addApiFault({
      match: { path: '/v1/customers' },
      action: 'drop_response',
      status: 500,
      delay_ms: 0,
      times: 1,
    })
    const headers = { authorization: `Bearer ${SECRET_KEY}` }
    await expect(fetch(`${url}/v1/customers`, { method: 'POST', headers })).rejects.toThrow()
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })
})
