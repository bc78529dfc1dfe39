import { describe, expect, it } from 'vitest'
import { CARD_FORM, submit } from '#lib/local/stripe/testing/browser.ts'
import { CANCEL_URL, SUCCESS_URL, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

async function openCheckout(more: Parameters<typeof topUp>[1] = {}, amount = 2500) {
  const standIn = await startStandIn()
  const session = await standIn.stripe.checkout.sessions.create(topUp(amount, more))
  if (session.url === null) throw new Error('no page')
  return {
    ...standIn,
    session,
    page: session.url,
    successUrl: SUCCESS_URL.replace('{CHECKOUT_SESSION_ID}', session.id),
  }
}

describe('the hosted checkout page', () => {
  it('shows what is sold, the amount, the way back and labelled fields, and says that it is a stand-in', async () => {
    const { page } = await openCheckout()
    const response = await fetch(page)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain('Local stand-in for Stripe Checkout')
    expect(text).toContain('ReelBallers credits')
    expect(text).toContain('$25.00')
    expect(text).toContain(`href="${CANCEL_URL}"`)
    for (const id of ['number', 'expiry', 'cvc', 'name', 'country', 'postal_code', 'email']) {
      expect(text).toContain(`<label for="${id}">`)
      expect(text).toMatch(new RegExp(`<input id="${id}" name="${id}"`))
    }
  })

  it('escapes what the merchant sends and lets only its own script run', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const { page } = await openCheckout({
      line_items: [{ quantity: 2, price_data: { currency: 'usd', unit_amount: 500, product_data: { name } } }],
    })
    const response = await fetch(page)
    expect(await response.text()).not.toContain('<img')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*script-src 'sha256-/)
  })

  it('pays with a card: one charge, events in order, back to the success URL', async () => {
    const { page, session, successUrl, stripe, receiver } = await openCheckout()
    const response = await submit(page, CARD_FORM)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(successUrl)
    await receiver.next('charge.updated')
    expect(receiver.types()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ])
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer_details: { email: 'jenny@example.com', name: 'Jenny Rosen', address: { country: 'US' } },
      payment_intent: { status: 'succeeded', amount_received: 2500, metadata: { kind: 'top_up', top_up_id: 'tu_1' } },
    })
    expect(receiver.rejected).toEqual([])
  })

  it('takes money once, however often the form is submitted', async () => {
    const { page, successUrl, stripe } = await openCheckout()
    const responses = await Promise.all([1, 2, 3, 4].map(() => submit(page, CARD_FORM)))
    expect(responses.map((response) => response.headers.get('location'))).toEqual(Array(4).fill(successUrl))
    expect((await stripe.charges.list()).data).toHaveLength(1)
    expect(await (await fetch(page)).text()).toContain('paid already')
  })

  it('shows a decline, keeps the session open and lets another card pay the same PaymentIntent', async () => {
    const { page, session, stripe, receiver } = await openCheckout()
    const declined = await submit(page, { ...CARD_FORM, number: '4000000000000002' })
    expect(declined.status).toBe(200)
    expect(await declined.text()).toMatch(/role="alert"[^>]*>Your card was declined\./)
    await receiver.next('payment_intent.payment_failed')
    expect(receiver.types()).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
    const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(open).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { decline_code: 'generic_decline' } },
    })
    expect((await submit(page, CARD_FORM)).status).toBe(303)
    const { data } = await stripe.charges.list()
    expect(data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
    expect(new Set(data.map((charge) => charge.payment_intent)).size).toBe(1)
  })

  it.each([
    [{ number: '4242424242424241' }, 'card number is invalid'],
    [{ expiry: '01 / 20' }, 'expiration date'],
    [{ cvc: '' }, 'security code is incomplete'],
    [{ number: '4111111111111111' }, 'non test card'],
    [{ method: '' }, 'Choose how to pay'],
  ])('refuses %o before anything is charged', async (fault, message) => {
    const { page, stripe } = await openCheckout()
    const response = await submit(page, { ...CARD_FORM, ...fault })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(message)
    expect((await stripe.paymentIntents.list()).data).toEqual([])
  })

  it('asks for 3-D Secure and charges once it is completed', async () => {
    const { page, url, successUrl, stripe, receiver } = await openCheckout()
    const asked = await submit(page, { ...CARD_FORM, number: '4000002500003155' })
    const challenge = new URL(asked.headers.get('location') ?? '', url).href
    expect(await (await fetch(challenge)).text()).toContain('Complete authentication')
    expect((await stripe.charges.list()).data).toEqual([])
    const answered = await submit(challenge, { answer: 'complete' })
    expect(answered.headers.get('location')).toBe(successUrl)
    await receiver.next('checkout.session.completed')
    expect(receiver.types().slice(0, 5)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ])
    const [charge] = (await stripe.charges.list()).data
    expect(charge?.payment_method_details?.card?.three_d_secure?.result).toBe('authenticated')
    // The answer sent again changes nothing.
    expect((await submit(challenge, { answer: 'complete' })).headers.get('location')).toBe(successUrl)
    expect((await stripe.charges.list()).data).toHaveLength(1)
  })

  it('goes back to the payment page when 3-D Secure fails, and another card still pays', async () => {
    const { page, url, session, successUrl, stripe } = await openCheckout()
    const asked = await submit(page, { ...CARD_FORM, number: '4000002500003155' })
    const failed = await submit(new URL(asked.headers.get('location') ?? '', url).href, { answer: 'fail' })
    expect(failed.headers.get('location')).toBe(`/c/pay/${session.id}`)
    expect(await (await fetch(page)).text()).toContain('The provided PaymentMethod has failed authentication')
    expect((await stripe.charges.list()).data).toEqual([])
    expect((await submit(page, CARD_FORM)).headers.get('location')).toBe(successUrl)
  })

  it('completes unpaid with a bank account, and is paid when the bank says so', async () => {
    const { page, session, successUrl, stripe, receiver } = await openCheckout()
    const response = await submit(page, { ...CARD_FORM, method: 'bank_success' })
    expect(response.headers.get('location')).toBe(successUrl)
    const succeeded = await receiver.next('checkout.session.async_payment_succeeded')
    expect(receiver.types()).toEqual([
      'payment_intent.created',
      'payment_intent.processing',
      'charge.pending',
      'checkout.session.completed',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ])
    const completed = await receiver.next('checkout.session.completed')
    expect(completed.event.data.object).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    expect(succeeded.event.data.object).toMatchObject({ id: session.id, payment_status: 'paid' })
    const [charge] = (await stripe.charges.list({ expand: ['data.balance_transaction'] })).data
    expect(charge?.id).toMatch(/^py_/)
    expect(charge?.balance_transaction).toMatchObject({ type: 'payment', amount: 2500, fee: 20, net: 2480 })
  })

  it('says when the bank refuses', async () => {
    const { page, session, stripe, receiver } = await openCheckout()
    await submit(page, { ...CARD_FORM, method: 'bank_failure' })
    const failed = await receiver.next('checkout.session.async_payment_failed')
    expect(failed.event.data.object).toMatchObject({ id: session.id, status: 'complete', payment_status: 'unpaid' })
    expect(receiver.types().slice(-3)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ])
    expect((await stripe.balanceTransactions.list()).data).toEqual([])
  })

  it('offers and takes only the methods the session allows', async () => {
    const { page } = await openCheckout({ allowed_payment_method_types: ['card'] })
    expect(await (await fetch(page)).text()).not.toContain('bank_success')
    const response = await submit(page, { ...CARD_FORM, method: 'bank_success' })
    expect(await response.text()).toContain('not accepted here')
  })

  it('shows a receipt for a charge', async () => {
    const { page, stripe } = await openCheckout()
    await submit(page, CARD_FORM)
    const [charge] = (await stripe.charges.list()).data
    const receipt = await fetch(charge?.receipt_url ?? '')
    expect(await receipt.text()).toContain('visa ending in 4242')
  })
})

describe('the end of a checkout session', () => {
  it('expires by its own time', async () => {
    let offsetMs = 0
    const standIn = await startStandIn({ clock: () => Date.now() + offsetMs })
    const { stripe, control, receiver } = standIn
    const session = await stripe.checkout.sessions.create(
      topUp(1000, { expires_at: Math.floor(Date.now() / 1000) + 1810 }),
    )
    offsetMs = 1811_000
    control.runDueTasks()
    const expired = await receiver.next('checkout.session.expired')
    expect(expired.event.data.object).toMatchObject({ id: session.id, status: 'expired', url: null })
    const response = await submit(session.url ?? '', CARD_FORM)
    expect(response.status).toBe(410)
    expect((await stripe.charges.list()).data).toEqual([])
  })

  it('is expired by the API, which cancels a PaymentIntent begun', async () => {
    const { page, session, stripe, receiver } = await openCheckout()
    await submit(page, { ...CARD_FORM, number: '4000000000000002' })
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired' })
    await receiver.next('checkout.session.expired')
    expect(receiver.types().slice(-2)).toEqual(['payment_intent.canceled', 'checkout.session.expired'])
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 })
  })

  it('can not be paid after it expired, nor expire after it was paid', async () => {
    const { session, control, stripe } = await openCheckout()
    const other = await stripe.checkout.sessions.create(topUp())
    control.expire(session.id)
    expect(() => control.pay(session.id)).toThrow(/status of `expired`/)
    control.pay(other.id)
    expect(() => control.expire(other.id)).toThrow(/status of `complete`/)
    expect(() => control.pay(other.id)).toThrow(/status of `complete`/)
  })
})
