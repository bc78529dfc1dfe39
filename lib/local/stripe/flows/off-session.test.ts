import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { type StandIn, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

/** A customer whose card was saved by a top-up. */
async function savedCard(standIn: StandIn, card = '4242424242424242', challenge?: 'complete') {
  const { stripe, control } = standIn
  const customer = await stripe.customers.create({ email: 'a@b.co' })
  const payment_intent_data = { setup_future_usage: 'off_session' as const }
  const { id } = await stripe.checkout.sessions.create(topUp(1000, { customer: customer.id, payment_intent_data }))
  const { outcome } = control.pay(id, { card, challenge })
  const { data } = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })
  return { customer, outcome, methods: data, method: data[0]?.id ?? '' }
}

function autoTopUp(customer: string, payment_method: string): Stripe.PaymentIntentCreateParams {
  return {
    amount: 2000,
    currency: 'usd',
    customer,
    payment_method,
    off_session: true,
    confirm: true,
    metadata: { kind: 'auto' },
  }
}

describe('auto top-up with a saved card', () => {
  it('charges it without the customer', async () => {
    const standIn = await startStandIn()
    const { stripe, receiver } = standIn
    const { customer, methods, method } = await savedCard(standIn)
    expect(methods[0]).toMatchObject({ customer: customer.id, card: { last4: '4242' }, allow_redisplay: 'limited' })
    await receiver.next('charge.updated')
    const before = receiver.receipts.length
    const intent = await stripe.paymentIntents.create(autoTopUp(customer.id, method))
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2000, metadata: { kind: 'auto' } })
    await receiver.until((receipts) => receipts.length >= before + 4)
    expect(receiver.types().slice(before)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ])
    expect(receiver.receipts.at(-2)?.event.request?.idempotency_key).toMatch(/^stripe-node-retry-/)
  })

  it('takes the fee of 2.9 % + 30 cents, posted a moment after the charge', async () => {
    const standIn = await startStandIn()
    const { stripe, receiver } = standIn
    const { customer, method } = await savedCard(standIn)
    await stripe.paymentIntents.create(autoTopUp(customer.id, method))
    const created = await receiver.next('charge.succeeded')
    expect(created.event.data.object).toMatchObject({ balance_transaction: null })
    await receiver.until((receipts) => receipts.filter(({ type }) => type === 'charge.updated').length === 2)
    const { data } = await stripe.balanceTransactions.list({ type: 'charge', expand: ['data.source'] })
    expect(data).toMatchObject([
      { amount: 2000, fee: 88, net: 1912, status: 'pending', source: { object: 'charge', amount: 2000 } },
      { amount: 1000, fee: 59, net: 941 },
    ])
    expect(data[0]?.fee_details).toMatchObject([{ amount: 88, type: 'stripe_fee' }])
    expect(await stripe.balanceTransactions.retrieve(data[1]?.id ?? '')).toMatchObject({ net: 941 })
  })

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
  ])('fails with 402 for %s and leaves a failed charge behind', async (token, code, declineCode) => {
    const { stripe, receiver } = await startStandIn()
    const customer = await stripe.customers.create({ payment_method: token })
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data
    const request = stripe.paymentIntents.create(autoTopUp(customer.id, method?.id ?? ''))
    await expect(request).rejects.toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code,
      decline_code: declineCode,
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code } },
      payment_method: { id: method?.id },
    })
    await receiver.next('payment_intent.payment_failed')
    expect(receiver.types().slice(-3)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ])
    const [charge] = (await stripe.charges.list({ customer: customer.id })).data
    expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: code, balance_transaction: null })
  })

  it('needs no customer once 3-D Secure was passed while saving the card', async () => {
    const standIn = await startStandIn()
    const { customer, method, outcome } = await savedCard(standIn, '4000002500003155', 'complete')
    expect(outcome).toBe('succeeded')
    expect(await standIn.stripe.paymentIntents.create(autoTopUp(customer.id, method))).toMatchObject({
      status: 'succeeded',
    })
  })

  it('keeps a card to its customer, and a detached or merely used card to nobody', async () => {
    const standIn = await startStandIn()
    const { stripe, control } = standIn
    const { customer, method } = await savedCard(standIn)
    const other = await stripe.customers.create()
    const request = stripe.paymentIntents.create(autoTopUp(other.id, method))
    await expect(request).rejects.toThrow(/does not belong to the Customer/)
    await stripe.paymentMethods.detach(method)
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([])
    await expect(stripe.paymentIntents.create(autoTopUp(customer.id, method))).rejects.toThrow(/may not be used again/)
    await expect(stripe.paymentMethods.attach(method, { customer: customer.id })).rejects.toThrow(
      /may not be used again/,
    )
    const { id } = await stripe.checkout.sessions.create(topUp())
    control.pay(id)
    const [charge] = (await stripe.charges.list({ limit: 1 })).data
    await expect(stripe.paymentMethods.attach(charge?.payment_method ?? '', { customer: other.id })).rejects.toThrow()
  })

  it('makes the customer a guest becomes by saving a card', async () => {
    const { stripe, control, receiver } = await startStandIn()
    const payment_intent_data = { setup_future_usage: 'off_session' as const }
    const { id } = await stripe.checkout.sessions.create(
      topUp(1000, { payment_intent_data, customer_email: 'guest@b.co' }),
    )
    control.pay(id)
    const created = await receiver.next('customer.created')
    const attached = await receiver.next('payment_method.attached')
    expect(created.event.data.object).toMatchObject({ email: 'guest@b.co' })
    const { customer } = await stripe.checkout.sessions.retrieve(id)
    expect(attached.event.data.object).toMatchObject({ customer })
  })
})

describe('payment intents', () => {
  it('asks the present customer for 3-D Secure and leads back to the return URL', async () => {
    const { stripe } = await startStandIn()
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'http://localhost:9/back',
    })
    expect(intent.status).toBe('requires_action')
    const body = new URLSearchParams({ answer: 'complete' })
    const challenge = intent.next_action?.redirect_to_url?.url ?? ''
    const answered = await fetch(challenge, { method: 'POST', body, redirect: 'manual' })
    const back = new URL(answered.headers.get('location') ?? '')
    expect(back.searchParams.get('redirect_status')).toBe('succeeded')
    expect(back.searchParams.get('payment_intent')).toBe(intent.id)
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' })
  })

  it('cancels what is not paid, and only that', async () => {
    const { stripe, receiver } = await startStandIn()
    const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
    await receiver.next('payment_intent.canceled')
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' })
  })

  it('wants a return URL when somebody may have to come back', async () => {
    const { stripe } = await startStandIn()
    const request = stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
    })
    await expect(request).rejects.toThrow(/you must provide a `return_url`/)
    expect((await stripe.paymentIntents.list()).data).toEqual([])
  })
})
