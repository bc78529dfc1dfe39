import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { paidTopUp, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

/** Stripe's published example objects; not part of the repository. */
const EXAMPLES = join(import.meta.dirname, '../../../../../shared/data/api/stripe_fixtures3.json')
const Fixtures = z.object({ resources: z.record(z.string(), z.record(z.string(), z.unknown())) })
type Json = Record<string, unknown>

/** Every kind of object the stand-in makes, as it answers over HTTP. */
async function liveObjects(): Promise<Record<string, object>> {
  const standIn = await startStandIn()
  const { stripe, control } = standIn
  const customer = await stripe.customers.create({ email: 'a@b.co' })
  const { charge, intent, session } = await paidTopUp(standIn)
  const refund = await stripe.refunds.create({ charge: charge.id, amount: 100 })
  const dispute = control.openDispute({ payment_intent: intent.id, warning: true })
  const payout = control.payOut(100)
  const [transaction] = (await stripe.balanceTransactions.list({ type: 'charge' })).data
  const [event] = (await stripe.events.list({ limit: 1 })).data
  const [item] = (await stripe.checkout.sessions.listLineItems(session.id)).data
  return {
    customer,
    refund,
    charge: await stripe.charges.retrieve(charge.id, { expand: ['refunds'] }),
    payment_intent: await stripe.paymentIntents.retrieve(intent.id),
    payment_method: await stripe.paymentMethods.retrieve(charge.payment_method ?? ''),
    'checkout.session': await stripe.checkout.sessions.retrieve(session.id),
    dispute: await stripe.disputes.retrieve(dispute.id),
    payout: { ...payout },
    balance_transaction: transaction ?? {},
    event: event ?? {},
    item: item ?? {},
  }
}

/** Keys of examples that Stripe leaves out of these very objects. */
const ABSENT: Record<string, string[]> = {
  charge: ['source'],
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

describe('objects', () => {
  it.skipIf(!existsSync(EXAMPLES))(
    'have every field of the vendor’s examples, of the same kind (skipped: the examples are not here)',
    async () => {
      const { resources } = Fixtures.parse(JSON.parse(readFileSync(EXAMPLES, 'utf8')))
      const live = await liveObjects()
      for (const [name, object] of Object.entries(live)) {
        const example = resources[name]
        if (!example) throw new Error(`no example of ${name}`)
        const ours: Json = { ...object }
        const missing = Object.keys(example).filter((key) => !(key in ours) && !ABSENT[name]?.includes(key))
        expect({ name, missing }).toEqual({ name, missing: [] })
        for (const [key, value] of Object.entries(ours)) {
          const other = example[key]
          if (value === null || other === null || other === undefined) continue
          expect(`${name}.${key}: ${kindOf(value)}`).toBe(`${name}.${key}: ${kindOf(other)}`)
        }
      }
    },
  )

  it('carry the right prefixes, test mode and whole seconds', async () => {
    const live = await liveObjects()
    const prefixes = {
      customer: /^cus_\w{14}$/,
      refund: /^re_\w{24}$/,
      charge: /^ch_\w{24}$/,
      payment_intent: /^pi_\w{24}$/,
      payment_method: /^pm_\w{24}$/,
      'checkout.session': /^cs_test_\w{60}$/,
      dispute: /^du_\w{24}$/,
      payout: /^po_\w{24}$/,
      balance_transaction: /^txn_\w{24}$/,
      event: /^evt_\w{24}$/,
      item: /^li_\w{24}$/,
    }
    const now = Date.now() / 1000
    for (const [name, prefix] of Object.entries(prefixes)) {
      const object: Json = { ...live[name] }
      expect(object).toMatchObject({ object: name, id: expect.stringMatching(prefix) })
      if ('livemode' in object) expect(object.livemode).toBe(false)
      if ('created' in object) expect(Math.abs(now - Number(object.created))).toBeLessThan(30)
      if ('created' in object) expect(Number.isInteger(object.created)).toBe(true)
    }
  })

  it('show a session open and unpaid before anything happens, without a PaymentIntent', async () => {
    const { stripe } = await startStandIn()
    const session = await stripe.checkout.sessions.create(topUp(500, { automatic_tax: { enabled: true } }))
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 500,
      currency: 'usd',
      client_reference_id: 'user_1',
      automatic_tax: { enabled: true, provider: 'stripe', status: 'requires_location_inputs' },
      total_details: { amount_tax: 0 },
      metadata: { top_up_id: 'tu_1' },
    })
    expect(session.expires_at - session.created).toBe(24 * 3600)
    expect(session.line_items).toBeUndefined()
  })
})
