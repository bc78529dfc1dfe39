import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CARD_FORM, submit } from '#lib/local/stripe/testing/browser.ts'
import { paidTopUp, type StandIn, startStandIn, topUp } from '#lib/local/stripe/testing/start-stand-in.ts'

/** Stops a server and starts another on its folder and port, as after a crash or a reboot. */
async function restart(standIn: StandIn, more: Parameters<typeof startStandIn>[0] = {}) {
  await standIn.close()
  const port = Number(new URL(standIn.url).port)
  return startStandIn({ ...standIn.settings, receiver: standIn.receiver, port, ...more })
}

describe('after a restart', () => {
  it('everything is as it was, idempotency keys included', async () => {
    const first = await startStandIn()
    const { charge, session } = await paidTopUp(first)
    const customer = await first.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
    const events = (await first.stripe.events.list({ limit: 100 })).data.map(({ id }) => id)
    const second = await restart(first)
    const expand = ['payment_intent.latest_charge']
    expect(await second.stripe.checkout.sessions.retrieve(session.id, { expand })).toEqual(session)
    expect(await second.stripe.charges.retrieve(charge.id)).toMatchObject({
      balance_transaction: expect.stringMatching(/^txn_/),
    })
    expect((await second.stripe.events.list({ limit: 100 })).data.map(({ id }) => id)).toEqual(events)
    expect(await second.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })).toEqual(customer)
  })

  it('an open session can still be paid', async () => {
    const first = await startStandIn()
    const { id, url } = await first.stripe.checkout.sessions.create(topUp())
    const second = await restart(first)
    expect((await submit(url ?? '', CARD_FORM)).status).toBe(303)
    expect(await second.stripe.checkout.sessions.retrieve(id)).toMatchObject({ payment_status: 'paid' })
  })

  it('pending and held deliveries go out', async () => {
    const first = await startStandIn({ retryDelaysMs: [50, 50, 50, 50] })
    first.receiver.answers.push(500)
    await first.stripe.customers.create({ name: 'refused once' })
    await first.receiver.until((receipts) => receipts.length === 1)
    first.control.setDeliveryFaults({ hold: true })
    await first.stripe.customers.create({ name: 'held' })
    const second = await restart(first)
    await second.receiver.until((receipts) => receipts.length === 3)
    const ids = second.receiver.receipts.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    await expect.poll(() => second.control.state().deliveries.every(({ state }) => state === 'delivered')).toBe(true)
  })

  it('what was due meanwhile happens: a bank payment settles', async () => {
    const first = await startStandIn({ asyncDelayMs: 200 })
    const { id } = await first.stripe.checkout.sessions.create(topUp())
    first.control.pay(id, { card: 'bank_success' })
    const second = await restart(first)
    const settled = await second.receiver.next('checkout.session.async_payment_succeeded')
    expect(settled.event.data.object).toMatchObject({ id, payment_status: 'paid' })
  })

  it('a line torn by a crash is dropped, and only that', async () => {
    const first = await startStandIn()
    const customer = await first.stripe.customers.create({ name: 'Ada' })
    await first.receiver.next('customer.created')
    await first.close()
    const journal = join(first.settings.dataDir, 'stripe.journal.jsonl')
    await appendFile(journal, '[["customer","cus_torn",{"id":"cus_to')
    const second = await restart(first)
    expect((await second.stripe.customers.list()).data.map(({ id }) => id)).toEqual([customer.id])
    await second.stripe.customers.create({ name: 'Grace' })
    const third = await restart(second)
    expect((await third.stripe.customers.list()).data.map(({ name }) => name)).toEqual(['Grace', 'Ada'])
    expect(await readFile(journal, 'utf8')).not.toContain('cus_torn')
  })

  it('old events and keys are forgotten', async () => {
    const first = await startStandIn()
    await first.stripe.customers.create({}, { idempotencyKey: 'k1' })
    await first.receiver.next('customer.created')
    const second = await restart(first, { clock: () => Date.now() + 31 * 24 * 3600_000 })
    expect((await second.stripe.events.list()).data).toEqual([])
    expect((await second.stripe.customers.list()).data).toHaveLength(1)
    expect(second.control.state().deliveries).toEqual([])
  })
})
