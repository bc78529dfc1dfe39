import { get } from 'node:http'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { SECRET_KEY, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

async function raw(url: string, path: string, init: { body?: string; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${url}${path}`, {
    method: init.body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${SECRET_KEY}`,
      ...(init.body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...init.headers,
    },
    body: init.body,
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** `fetch` does not let a Host be chosen; a browser led here by a foreign name sends it. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${url}/v1/customers`, { headers: { host, authorization: `Bearer ${SECRET_KEY}` } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

describe('authentication and version', () => {
  it.each([
    ['no key', {}, 'You did not provide an API key'],
    ['another key', { authorization: 'Bearer sk_test_wrongwrongwrong' }, 'Invalid API Key provided: sk_test_'],
    ['the key in another scheme', { authorization: `Digest ${SECRET_KEY}` }, 'You did not provide an API key'],
  ])('refuses %s', async (_case, headers, message) => {
    const { url } = await startStandIn()
    const response = await fetch(`${url}/v1/customers`, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"')
    const body = await response.json()
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: expect.stringContaining(message) })
    expect(JSON.stringify(body)).not.toContain('wrongwrong')
  })

  it('takes the key as the user of Basic, as curl -u does', async () => {
    const { url } = await startStandIn()
    const authorization = `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}`
    expect((await fetch(`${url}/v1/customers`, { headers: { authorization } })).status).toBe(200)
  })

  it('answers on both loopback addresses and to no foreign name', async () => {
    const { url } = await startStandIn()
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      expect((await raw(`http://${host}:${port}`, '/v1/customers')).status).toBe(200)
    }
    expect(await statusFor(url, 'evil.example')).toBe(421)
  })

  it('speaks the version of the SDK and refuses others', async () => {
    const { url } = await startStandIn()
    const answer = await raw(url, '/v1/customers')
    expect(answer.headers.get('stripe-version')).toBe(Stripe.API_VERSION)
    expect(answer.headers.get('request-id')).toMatch(/^req_/)
    const old = await raw(url, '/v1/customers', { headers: { 'stripe-version': '2020-08-27' } })
    expect(old.body.error.message).toContain('speaks version 2026-10-28.endive only')
    const nonsense = await raw(url, '/v1/customers', { headers: { 'stripe-version': 'latest' } })
    expect(nonsense.body.error.message).toBe('Invalid Stripe API version: latest')
  })
})

describe('parameters', () => {
  const CASES: [string, string, string, object][] = [
    ['unknown', '/v1/customers', 'emial=a@b.co', { code: 'parameter_unknown', param: 'emial' }],
    [
      'unknown, nested',
      '/v1/checkout/sessions',
      'line_items[0][price_data][amount]=1&mode=payment&success_url=http://x.y',
      { code: 'parameter_unknown', param: 'line_items[0][price_data][amount]' },
    ],
    ['missing', '/v1/payment_intents', 'currency=usd', { code: 'parameter_missing', param: 'amount' }],
    [
      'not an integer',
      '/v1/payment_intents',
      'amount=9.5&currency=usd',
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [
      'too small a number',
      '/v1/refunds',
      'amount=0&charge=ch_1',
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    ['empty', '/v1/payment_intents', 'amount=&currency=usd', { code: 'parameter_invalid_empty', param: 'amount' }],
    ['an unknown currency', '/v1/payment_intents', 'amount=100&currency=xyz', { param: 'currency' }],
    ['not a boolean', '/v1/payment_intents', 'amount=100&currency=usd&confirm=yes', { param: 'confirm' }],
    ['not in the list', '/v1/refunds', 'charge=ch_1&reason=because', { param: 'reason' }],
    ['an object for a string', '/v1/customers', 'name[first]=a', { param: 'name' }],
    ['a string for an object', '/v1/customers', 'metadata=a', { param: 'metadata' }],
    ['a gap in an array', '/v1/customers', 'expand[1]=x', { param: 'expand' }],
    ['both value and parent', '/v1/customers', 'name=a&name[b]=c', { param: 'name[b]' }],
    ['not an address', '/v1/customers', 'email=nobody', { code: 'email_invalid', param: 'email' }],
    [
      'not a URL',
      '/v1/checkout/sessions',
      'mode=payment&success_url=wallet',
      { code: 'url_invalid', param: 'success_url' },
    ],
    [
      'known to Stripe but not played here',
      '/v1/payment_intents',
      'amount=100&currency=usd&transfer_data[destination]=acct_1',
      { param: 'transfer_data' },
    ],
    [
      'a removed one',
      '/v1/payment_intents',
      'amount=100&currency=usd&payment_method_types[]=card',
      { code: 'parameter_unknown' },
    ],
  ]

  it.each(CASES)('refuses one that is %s', async (_case, path, body, error) => {
    const { url } = await startStandIn()
    const answer = await raw(url, path, { body })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', ...error })
  })

  it('can not be led to a prototype', async () => {
    const { url } = await startStandIn()
    const answer = await raw(url, '/v1/customers', { body: '__proto__[admin]=1&metadata[__proto__]=x' })
    expect(answer.body.error).toMatchObject({ code: 'parameter_unknown', param: '__proto__' })
  })

  it('takes forms only', async () => {
    const { url } = await startStandIn()
    const headers = { 'content-type': 'application/json' }
    const answer = await raw(url, '/v1/customers', { body: '{"name":"x"}', headers })
    expect(answer.body.error.message).toContain('check that your POST content type')
  })

  it.each([
    [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'Amount must be at least $0.50 usd'],
    [{ amount: 100_000_000, currency: 'usd' }, 'amount_too_large', 'Amount must be no more than $999,999.99 usd'],
  ])('refuses the amount of %o', async (params, code, message) => {
    const { stripe } = await startStandIn()
    await expect(stripe.paymentIntents.create(params)).rejects.toMatchObject({ code, message, param: 'amount' })
  })

  it('refuses a session below the minimum, without a tax location, or with a bad expiry', async () => {
    const { stripe } = await startStandIn()
    const sessions = stripe.checkout.sessions
    await expect(sessions.create(topUp(49))).rejects.toMatchObject({ code: 'amount_too_small' })
    const { id: customer } = await stripe.customers.create({ email: 'a@b.co' })
    const taxed = topUp(500, { customer, automatic_tax: { enabled: true } })
    await expect(sessions.create(taxed)).rejects.toMatchObject({ code: 'customer_tax_location_invalid' })
    expect((await sessions.create({ ...taxed, customer_update: { address: 'auto' } })).automatic_tax.enabled).toBe(true)
    const now = Math.floor(Date.now() / 1000)
    for (const expires_at of [now + 60, now + 90_000]) {
      await expect(sessions.create(topUp(500, { expires_at }))).rejects.toMatchObject({ param: 'expires_at' })
    }
    await expect(sessions.create(topUp(500, { customer: 'cus_x' }))).rejects.toMatchObject({ code: 'resource_missing' })
  })
})

describe('answers', () => {
  it('names what does not exist', async () => {
    const { stripe, url } = await startStandIn()
    await expect(stripe.customers.retrieve('cus_gone')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such customer: 'cus_gone'",
      type: 'StripeInvalidRequestError',
    })
    const unknown = await raw(url, '/v1/unicorns')
    expect(unknown.status).toBe(404)
    expect(unknown.body.error.message).toContain('Unrecognized request URL (GET: /v1/unicorns)')
  })

  it('expands references, several levels deep and inside lists, and refuses what can not be expanded', async () => {
    const { stripe, control } = await startStandIn()
    const { id: customer } = await stripe.customers.create({ email: 'a@b.co' })
    const { id } = await stripe.checkout.sessions.create(topUp(700, { customer }))
    control.pay(id)
    const session = await stripe.checkout.sessions.retrieve(id, {
      expand: ['customer', 'line_items', 'payment_intent.latest_charge.refunds'],
    })
    expect(session).toMatchObject({
      customer: { id: customer, object: 'customer' },
      line_items: { object: 'list', data: [{ description: 'ReelBallers credits', amount_total: 700 }] },
      payment_intent: { latest_charge: { object: 'charge', refunds: { object: 'list', data: [] } } },
    })
    const { data } = await stripe.charges.list({ expand: ['data.payment_intent'] })
    expect(data[0]?.payment_intent).toMatchObject({ object: 'payment_intent' })
    const wrong = stripe.charges.list({ expand: ['payment_intent'] })
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining("'data.payment_intent'") })
    await expect(stripe.customers.retrieve(customer, { expand: ['email'] })).rejects.toMatchObject({ param: 'expand' })
  })

  it('pages through lists, newest first', async () => {
    const { stripe } = await startStandIn()
    for (const name of ['1', '2', '3', '4', '5']) await stripe.customers.create({ name })
    const first = await stripe.customers.list({ limit: 2 })
    expect(first).toMatchObject({ has_more: true, url: '/v1/customers' })
    expect(first.data.map((customer) => customer.name)).toEqual(['5', '4'])
    const all = await stripe.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
    expect(all.map((customer) => customer.name)).toEqual(['5', '4', '3', '2', '1'])
    const before = await stripe.customers.list({ limit: 2, ending_before: all[3]?.id })
    expect(before.data.map((customer) => customer.name)).toEqual(['4', '3'])
    await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ code: 'parameter_invalid_integer' })
    await expect(stripe.customers.list({ starting_after: 'cus_x' })).rejects.toMatchObject({ code: 'resource_missing' })
  })

  it('keeps customers: created, changed with metadata merged, deleted', async () => {
    const { stripe, receiver } = await startStandIn()
    const customer = await stripe.customers.create({ email: 'a@b.co', metadata: { user: '1', plan: 'free' } })
    const changed = await stripe.customers.update(customer.id, { name: 'Ada', metadata: { plan: '', team: 'x' } })
    expect(changed).toMatchObject({ name: 'Ada', email: 'a@b.co', metadata: { user: '1', team: 'x' } })
    const updated = await receiver.next('customer.updated')
    expect(updated.event.data.previous_attributes).toEqual({ name: null, metadata: { user: '1', plan: 'free' } })
    await stripe.customers.del(customer.id)
    expect(await stripe.customers.retrieve(customer.id)).toEqual({ id: customer.id, object: 'customer', deleted: true })
    await receiver.next('customer.deleted')
    await expect(stripe.checkout.sessions.create(topUp(500, { customer: customer.id }))).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'customer',
    })
  })
})
