import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { users } from '#db/schema/accounts.ts'
import { topUps, transfers } from '#db/schema/ledger.ts'
import { alarms } from '#db/schema/operations.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import { planTakenBack } from '#lib/core/ledger/plan-taken-back.ts'
import { type RunningMail, startMail } from '#lib/local/mail/server.ts'
import { openStripeWorld, type StripeWorld } from '#lib/local/test-stripe.ts'
import { createResendMail } from '#lib/providers/mail/resend.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { createTopUp } from '#lib/services/wallet/create-top-up.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'
import { addUser, balancesOf } from '#lib/services/wallet/wallet-fixture.ts'
import { changeWalletSettings } from './change-wallet-settings.ts'
import { chargeAutoTopUp } from './charge-auto-top-up.ts'
import { readWalletSettings } from './read-wallet-settings.ts'
import { reconcileSpending } from './reconcile-spending.ts'
import { removeCards } from './remove-cards.ts'
import { startAutoTopUp } from './start-auto-top-up.ts'
import { watchBalance } from './watch-balance.ts'

const DAY_MS = 24 * 3_600_000
const ASKS_ALWAYS = '4000002760003184'
const TERMS = { threshold_micros: 20_000_000, amount_cents: 2_000, monthly_cap_cents: 5_000 }

let world: StripeWorld
let post: RunningMail
let dir: string
beforeAll(async () => {
  world = await openStripeWorld()
  dir = await mkdtemp(join(tmpdir(), 'spending-mail-'))
  post = await startMail({ port: 0, dataDir: dir, apiKey: 're_test' })
  world.ctx.mail = createResendMail({ apiBase: post.url, apiKey: 're_test', from: 'hello@reelballers.test' })
})
afterEach(() => {
  world.stripe.control.clearApiFaults()
  world.stripe.control.clearDeliveryFaults()
  world.clock.aheadMs = 0
})
afterAll(async () => {
  await Promise.all([world.close(), post.close()])
  await rm(dir, { recursive: true, force: true })
})

/** Someone with ten dollars whose card is kept. */
async function withCard(card?: string): Promise<UserCtx> {
  const user: UserCtx = { ...(await addUser(world.ctx)), nowMs: world.ctx.nowMs, mail: world.ctx.mail }
  const click = { amount_cents: 1_000, click_id: randomUUID(), save_card: true, address: null }
  const { top_up_id } = await createTopUp({ ctx: user, input: click })
  const [row] = await world.ctx.db.select().from(topUps).where(eq(topUps.id, top_up_id))
  world.stripe.control.pay(row?.checkoutSessionId ?? '', { ...(card && { card }), challenge: 'complete' })
  await expect.poll(async () => (await balancesOf(user)).available, { timeout: 30_000 }).toBe(10_000_000)
  await world.allDelivered()
  await reconcileSpending({ ctx: world.ctx })
  return user
}

/** And who wants 20 dollars whenever less than 20 are left. */
async function withAutoTopUp(card?: string): Promise<UserCtx> {
  const user = await withCard(card)
  await changeWalletSettings({ ctx: user, input: { auto_top_up: TERMS } })
  return user
}

/** A card that could be kept, and says no whenever it is charged: the vendor's own test card. */
async function withDecliningCard(): Promise<UserCtx> {
  const user = await withAutoTopUp()
  const [row] = await world.ctx.db.select().from(users).where(eq(users.id, user.userId))
  const { hostname, port } = new URL(world.stripe.url)
  const stripe = new Stripe('sk_test_wallet', { host: hostname, port: Number(port), protocol: 'http' })
  const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: row?.stripeCustomerId ?? '',
  })
  await world.ctx.db.update(savedCards).set({ paymentMethodId: method.id }).where(eq(savedCards.userId, user.userId))
  return user
}

const FAULT = { status: 500, delay_ms: 0, times: 3 } as const
/** The card is charged and nobody hears of it, also not on the SDK's own two retries. */
const loseAnswers = () =>
  world.stripe.control.addApiFault({
    ...FAULT,
    match: { method: 'POST', path: '/v1/payment_intents' },
    action: 'drop_response',
  })
const watch = (user: UserCtx) => watchBalance({ ctx: world.ctx, input: { userId: user.userId } })
const settingsOf = (user: UserCtx) => readWalletSettings({ ctx: user })
const available = async (user: UserCtx) => (await balancesOf(user)).available
const attemptsOf = (user: UserCtx) =>
  world.ctx.db
    .select()
    .from(topUps)
    .where(and(eq(topUps.userId, user.userId), eq(topUps.source, 'auto')))

async function mailsTo(user: UserCtx): Promise<{ subject: string; text: string }[]> {
  const [row] = await world.ctx.db.select({ email: users.email }).from(users).where(eq(users.id, user.userId))
  const reply = await fetch(`${post.url}/_local/mails?to=${encodeURIComponent(row?.email ?? '')}`)
  return ((await reply.json()) as { mails: { subject: string; text: string }[] }).mails
}

const charged = async (user: UserCtx) =>
  (
    await world.ctx.db
      .select()
      .from(transfers)
      .where(and(eq(transfers.userId, user.userId), eq(transfers.kind, 'top_up')))
  ).length

describe('a card is kept', () => {
  test('when its owner wished for it and paid, and is shown by what they recognise it by', async () => {
    const user = await withCard()
    expect(await settingsOf(user)).toMatchObject({
      card: { brand: 'visa', last4: '4242' },
      auto_top_up: { state: 'off' },
    })
  })

  test('not without that wish', async () => {
    const { user } = await world.pay()
    await reconcileSpending({ ctx: world.ctx })
    expect((await settingsOf(user)).card).toBeNull()
    await expect(changeWalletSettings({ ctx: user, input: { auto_top_up: TERMS } })).rejects.toMatchObject({
      code: 'no_saved_card',
    })
  })

  test('until it is removed, here at once and at Stripe even if Stripe was away', async () => {
    const user = await withAutoTopUp()
    world.stripe.control.addApiFault({ ...FAULT, match: { path: '*/detach' }, action: 'status' })
    await removeCards({ ctx: user, input: { userId: user.userId } })
    expect(await settingsOf(user)).toMatchObject({ card: null, auto_top_up: { state: 'off', terms: TERMS } })
    expect(await startAutoTopUp({ ctx: world.ctx, input: { userId: user.userId } })).toBeNull()
    const stateOf = async () =>
      (await world.ctx.db.select().from(savedCards).where(eq(savedCards.userId, user.userId)))[0]?.state
    expect(await stateOf()).toBe('removing')
    world.stripe.control.clearApiFaults()
    await reconcileSpending({ ctx: world.ctx })
    expect(await stateOf()).toBe('removed')
  })

  test('and is not charged for a top-up that was decided before it was removed', async () => {
    const user = await withAutoTopUp()
    const topUpId = await startAutoTopUp({ ctx: world.ctx, input: { userId: user.userId } })
    world.stripe.control.addApiFault({ ...FAULT, match: { path: '*/detach' }, action: 'status' })
    await removeCards({ ctx: user, input: { userId: user.userId } })
    await chargeAutoTopUp({ ctx: world.ctx, input: { topUpId: topUpId ?? '' } })
    expect(await attemptsOf(user)).toMatchObject([{ state: 'failed', paymentIntentId: null }])
    expect(await mailsTo(user)).toEqual([])
    expect(await available(user)).toBe(10_000_000)
  })

  test('never for an account that was closed before it could be read: Stripe forgets it, and so do we', async () => {
    const user = await addUser(world.ctx)
    const click = { amount_cents: 1_000, click_id: randomUUID(), save_card: true, address: null }
    const { top_up_id } = await createTopUp({ ctx: user, input: click })
    const [row] = await world.ctx.db.select().from(topUps).where(eq(topUps.id, top_up_id))
    await world.ctx.db.update(users).set({ deletedAtMs: 1 }).where(eq(users.id, user.userId))
    world.stripe.control.pay(row?.checkoutSessionId ?? '', {})
    const stateOf = async () => (await world.ctx.db.select().from(topUps).where(eq(topUps.id, top_up_id)))[0]?.state
    await expect.poll(stateOf, { timeout: 30_000 }).toBe('credited')
    await world.allDelivered()
    const cards = () => world.ctx.db.select().from(savedCards).where(eq(savedCards.userId, user.userId))
    expect((await cards()).filter(({ state }) => state === 'active')).toEqual([])
    await reconcileSpending({ ctx: world.ctx })
    expect(await cards()).toEqual([])
  })

  test('and replaced by the next one that is kept', async () => {
    const user = await withCard()
    const click = { amount_cents: 1_000, click_id: randomUUID(), save_card: true, address: null }
    const { top_up_id } = await createTopUp({ ctx: user, input: click })
    const [row] = await world.ctx.db.select().from(topUps).where(eq(topUps.id, top_up_id))
    world.stripe.control.pay(row?.checkoutSessionId ?? '', { card: '5555555555554444' })
    await expect.poll(() => available(user), { timeout: 30_000 }).toBe(20_000_000)
    await Promise.all([reconcileSpending({ ctx: world.ctx }), reconcileSpending({ ctx: world.ctx })])
    expect((await settingsOf(user)).card).toMatchObject({ last4: '4444' })
    const rows = await world.ctx.db.select().from(savedCards).where(eq(savedCards.userId, user.userId))
    expect(rows.filter((card) => card.state === 'active')).toHaveLength(1)
  })
})

describe('below the threshold', () => {
  test('the card is charged once and the event credits it, however many look at once', async () => {
    const user = await withAutoTopUp()
    await Promise.all([watch(user), watch(user), reconcileSpending({ ctx: world.ctx })])
    await expect.poll(() => available(user), { timeout: 30_000 }).toBe(30_000_000)
    await watch(user)
    expect(await attemptsOf(user)).toMatchObject([{ state: 'credited', amountCents: 2_000 }])
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { month_cents: 2_000, in_flight: false } })
    expect(await charged(user)).toBe(2)
  })

  test('a lost answer is asked for again under the same key and charges nothing twice', async () => {
    const user = await withAutoTopUp()
    world.stripe.control.setDeliveryFaults({ hold: true })
    loseAnswers()
    await expect(watch(user)).rejects.toMatchObject({ code: 'payment_provider' })
    expect(await attemptsOf(user)).toMatchObject([{ state: 'created', paymentIntentId: null }])
    world.stripe.control.clearApiFaults()
    await reconcileSpending({ ctx: world.ctx })
    expect(await attemptsOf(user)).toMatchObject([{ state: 'processing' }])
    world.stripe.control.clearDeliveryFaults()
    world.stripe.control.releaseDeliveries()
    await expect.poll(() => available(user), { timeout: 30_000 }).toBe(30_000_000)
    expect(await attemptsOf(user)).toHaveLength(1)
  })

  test('the event may come before the answer', async () => {
    const user = await withAutoTopUp()
    const topUpId = await startAutoTopUp({ ctx: world.ctx, input: { userId: user.userId } })
    loseAnswers()
    const charge = () => chargeAutoTopUp({ ctx: world.ctx, input: { topUpId: topUpId ?? '' } })
    await expect(charge()).rejects.toMatchObject({ code: 'payment_provider' })
    await expect.poll(() => available(user), { timeout: 30_000 }).toBe(30_000_000)
    await charge()
    expect(await attemptsOf(user)).toMatchObject([{ state: 'credited' }])
  })

  test('the cap of the month holds, and the next month begins anew', async () => {
    const user = await withAutoTopUp()
    await changeWalletSettings({
      ctx: user,
      input: { auto_top_up: { threshold_micros: 9_000_000_000, amount_cents: 2_000, monthly_cap_cents: 5_000 } },
    })
    for (const after of [30_000_000, 50_000_000]) {
      await watch(user)
      await expect.poll(() => available(user), { timeout: 30_000 }).toBe(after)
    }
    await watch(user)
    expect(await attemptsOf(user)).toHaveLength(2)
    world.clock.aheadMs = 32 * DAY_MS
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { month_cents: 0 } })
    expect(await startAutoTopUp({ ctx: world.ctx, input: { userId: user.userId } })).not.toBeNull()
  })

  test('nothing is charged to pay a debt: it would be charged again and again, up to the cap', async () => {
    const user = await withAutoTopUp()
    const owed = {
      userId: user.userId,
      cause: { kind: 'refund', id: `rfd_${user.userId}` },
      idempotencyKey: `debt:${user.userId}`,
      amountMicros: 70_000_000,
      taxMicros: 0,
      availableMicros: 10_000_000,
    } as const
    const drafts = planTakenBack(owed).map((draft) => ({ ...draft, kind: 'adjustment' as const }))
    expect(await runBatch(user, insertTransfers(user, drafts))).toEqual({ ok: true })
    expect((await balancesOf(user)).receivable).toBe(-60_000_000)
    await watch(user)
    expect(await attemptsOf(user)).toEqual([])
  })

  test('nothing is charged while the wallet is frozen or there is enough', async () => {
    const frozen = await withAutoTopUp()
    await world.ctx.db.update(users).set({ frozenAtMs: 1 }).where(eq(users.id, frozen.userId))
    await watch(frozen)
    const rich = await withCard()
    await changeWalletSettings({ ctx: rich, input: { auto_top_up: { ...TERMS, threshold_micros: 10_000_000 } } })
    await watch(rich)
    expect([await attemptsOf(frozen), await attemptsOf(rich)]).toEqual([[], []])
  })
})

describe('a card that says no', () => {
  test('is left alone for a day, its owner is mailed a link, and after the third time in a row it is asked no more', async () => {
    const user = await withDecliningCard()
    for (let time = 1; time <= 3; time++) {
      await watch(user)
      await world.allDelivered()
      await watch(user)
      expect(await attemptsOf(user)).toHaveLength(time)
      world.clock.aheadMs += DAY_MS + 1
    }
    await watch(user)
    expect(await attemptsOf(user)).toHaveLength(3)
    expect((await attemptsOf(user)).map(({ state, failureCode }) => [state, failureCode])).toEqual(
      Array(3).fill(['failed', 'generic_decline']),
    )
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { state: 'stopped', declines: 3, month_cents: 0 } })
    const mails = await mailsTo(user)
    expect(mails).toHaveLength(3)
    expect(mails[0]?.text).toContain('switched off')
    expect(mails[2]?.text).toContain('/wallet?add=1&amount=2000&save=1')
    expect(await available(user)).toBe(10_000_000)
    await changeWalletSettings({ ctx: user, input: { auto_top_up: TERMS } })
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { state: 'on', declines: 0, next_try_at_ms: null } })
  })

  test('because the bank wants its owner: the mail asks them to confirm, and the payment of before cannot be paid later', async () => {
    const user = await withAutoTopUp(ASKS_ALWAYS)
    await watch(user)
    await world.allDelivered()
    const [attempt] = await attemptsOf(user)
    expect(attempt).toMatchObject({ state: 'failed', failureCode: 'authentication_required' })
    expect(await mailsTo(user)).toMatchObject([{ subject: 'Please confirm your top-up of $20.00' }])
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { state: 'on', declines: 1 } })
  })

  test('is known from the event alone when the answer never came', async () => {
    const user = await withDecliningCard()
    loseAnswers()
    await expect(watch(user)).rejects.toMatchObject({ code: 'payment_provider' })
    await expect.poll(async () => (await attemptsOf(user))[0]?.state, { timeout: 30_000 }).toBe('failed')
    await world.allDelivered()
    await reconcileSpending({ ctx: world.ctx })
    expect(await mailsTo(user)).toHaveLength(1)
    expect(await settingsOf(user)).toMatchObject({ auto_top_up: { declines: 1 } })
  })

  test('is still to be dealt with when the mail could not be sent', async () => {
    const user = await withDecliningCard()
    world.stripe.control.setDeliveryFaults({ hold: true })
    await fetch(`${post.url}/_local/faults`, { method: 'POST', body: JSON.stringify({ status: 500, times: 1 }) })
    await expect(watch(user)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await attemptsOf(user)).toMatchObject([{ state: 'created' }])
    await reconcileSpending({ ctx: world.ctx })
    expect(await attemptsOf(user)).toMatchObject([{ state: 'failed' }])
    expect(await mailsTo(user)).toHaveLength(1)
    world.stripe.control.clearDeliveryFaults()
    world.stripe.control.releaseDeliveries()
    await world.allDelivered()
    expect(await mailsTo(user)).toHaveLength(1)
  })
})

test('what Stripe never answered within a day is given up with an alarm, and credited should it have been paid', async () => {
  const user = await withAutoTopUp()
  const topUpId = (await startAutoTopUp({ ctx: world.ctx, input: { userId: user.userId } })) ?? ''
  world.clock.aheadMs = DAY_MS
  await reconcileSpending({ ctx: world.ctx })
  expect(await attemptsOf(user)).toMatchObject([{ state: 'failed' }])
  const [alarm] = await world.ctx.db
    .select()
    .from(alarms)
    .where(eq(alarms.key, `auto_top_up:${topUpId}`))
  expect(alarm).toMatchObject({ kind: 'auto_top_up_in_doubt' })
  expect(await available(user)).toBe(10_000_000)
})

describe('a low balance', () => {
  test('is mailed once per way down', async () => {
    const user = await withCard()
    await changeWalletSettings({ ctx: user, input: { low_balance_micros: 15_000_000 } })
    await Promise.all([watch(user), watch(user)])
    await reconcileSpending({ ctx: world.ctx })
    expect(await mailsTo(user)).toMatchObject([{ subject: 'You have 1,000.00 credits left' }])
    await changeWalletSettings({ ctx: user, input: { low_balance_micros: 9_000_000 } })
    await watch(user)
    await changeWalletSettings({ ctx: user, input: { low_balance_micros: 12_000_000 } })
    await watch(user)
    expect(await mailsTo(user)).toHaveLength(2)
  })

  test('is found by the reconciler too, and mailed although the first mail failed', async () => {
    const user = await withCard()
    await changeWalletSettings({ ctx: user, input: { low_balance_micros: 15_000_000 } })
    await fetch(`${post.url}/_local/faults`, { method: 'POST', body: JSON.stringify({ status: 500, times: 1 }) })
    expect(await reconcileSpending({ ctx: world.ctx })).toMatchObject({ problems: 1 })
    await reconcileSpending({ ctx: world.ctx })
    expect(await mailsTo(user)).toHaveLength(1)
    const [row] = await world.ctx.db.select().from(walletSettings).where(eq(walletSettings.userId, user.userId))
    expect(row).toMatchObject({ lowBalanceState: 'told', lowBalanceCrossings: 1 })
  })
})
