import { expect, it } from 'vitest'
import { startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

const invoiced = { invoice_creation: { enabled: true, invoice_data: { metadata: { top_up_id: 'tu_1' } } } }

it('tax is found when the page is paid, added to the total, and charged', async () => {
  const { stripe, control } = await startStandIn()
  const { id } = await stripe.checkout.sessions.create(topUp(1_000, { automatic_tax: { enabled: true } }))
  control.pay(id)
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent', 'line_items'] })
  expect(session).toMatchObject({
    amount_subtotal: 1_000,
    amount_total: 1_086,
    total_details: { amount_tax: 86 },
    automatic_tax: { enabled: true, status: 'complete' },
    payment_intent: { amount: 1_086, amount_received: 1_086 },
  })
  expect(session.line_items?.data[0]).toMatchObject({ amount_subtotal: 1_000, amount_tax: 86, amount_total: 1_086 })
})

it('inclusive tax is found within the price', async () => {
  const { stripe, control } = await startStandIn()
  const [item] = topUp(1_086).line_items
  const price_data = { ...item?.price_data, currency: 'usd', tax_behavior: 'inclusive' as const }
  const line_items = [{ quantity: 1, price_data }]
  const { id } = await stripe.checkout.sessions.create(topUp(1_086, { automatic_tax: { enabled: true }, line_items }))
  control.pay(id)
  const session = await stripe.checkout.sessions.retrieve(id)
  expect(session).toMatchObject({ amount_subtotal: 1_000, amount_total: 1_086, total_details: { amount_tax: 86 } })
})

it.each(['4242424242424242', 'bank_success'])(
  'an invoice follows the payment by %s, and not before it',
  async (card) => {
    const { stripe, control, receiver } = await startStandIn({ asyncDelayMs: 60_000 })
    const { id } = await stripe.checkout.sessions.create(topUp(1_000, invoiced))
    control.pay(id, { card })
    if (card === 'bank_success') {
      expect((await stripe.checkout.sessions.retrieve(id)).invoice).toBeNull()
      control.finishBankPayment(id, true)
    }
    const paid = await receiver.next('invoice.paid')
    expect(paid.event.data.object).toMatchObject({ metadata: { top_up_id: 'tu_1' }, status: 'paid', total: 1_000 })
    const session = await stripe.checkout.sessions.retrieve(id, { expand: ['invoice'] })
    expect(session.invoice).toMatchObject({ object: 'invoice', amount_paid: 1_000 })
    const url = typeof session.invoice === 'object' ? session.invoice?.hosted_invoice_url : null
    expect(await (await fetch(url ?? '')).text()).toContain('$10.00')
  },
)

it('the balance is the sum of its movements; a payout that fails and a fee are among them', async () => {
  const { stripe, control } = await startStandIn({ asyncDelayMs: 60_000 })
  expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0, currency: 'usd' }] })
  const { id } = await stripe.checkout.sessions.create(topUp(1_000))
  control.pay(id)
  await expect.poll(async () => (await stripe.balance.retrieve()).pending[0]?.amount).toBe(941)
  const payout = control.payOut(300)
  control.chargeFee(12)
  expect((await stripe.balance.retrieve()).available[0]?.amount).toBe(-312)
  expect(control.failPayout(payout.id)).toMatchObject({ status: 'failed' })
  expect(() => control.failPayout(payout.id)).toThrow(/is failed/)
  const { data } = await stripe.balanceTransactions.list()
  expect(data.map(({ type, net }) => [type, net])).toEqual([
    ['payout_failure', 300],
    ['stripe_fee', -12],
    ['payout', -300],
    ['charge', 941],
  ])
})
