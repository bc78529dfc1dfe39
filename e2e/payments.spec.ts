import { randomUUID } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import { CLOUD, steer } from './support/cloud.ts'
import { checkoutSessionOf, newPlayer, type Player } from './support/player.ts'

/** Money comes in by webhook alone, whatever the return page, the browser or the order of events say. */
const cloud = steer(CLOUD)
test.beforeEach(() => cloud.healStripe())
test.afterEach(() => cloud.healStripe())

const FIVE_DOLLARS = 5_000_000

async function openTopUp(player: Player, cents = 500) {
  const opened = await player.post('/api/wallet/top-ups', { amount_cents: cents, click_id: randomUUID() }, TopUpView)
  const { checkout_url: url } = opened
  if (url === null) throw new Error('the top-up has no checkout page')
  return { id: opened.top_up_id, url, session: checkoutSessionOf(url) }
}

const topUpState = async (player: Player, id: string) =>
  (await player.get(`/api/wallet/top-ups/${id}`, TopUpView)).state

/** Fills in one of the test cards and pays, as a person does on Stripe's page. */
async function payWith(page: Page, url: string, card: string): Promise<void> {
  if (page.url() !== url) await page.goto(url)
  await page.getByRole('button', { name: card, exact: true }).click()
  await page.getByRole('button', { name: /^Pay \$/ }).click()
}

async function expectCredited(player: Player, id: string, micros: number): Promise<void> {
  await expect.poll(() => topUpState(player, id), { timeout: 20_000 }).toBe('credited')
  expect(await player.wallet()).toMatchObject({ available_micros: micros, owed_micros: 0 })
  const credits = (await player.statement()).filter((entry) => entry.kind === 'top_up')
  expect(credits.reduce((sum, entry) => sum + entry.spendable_change_micros, 0)).toBe(micros)
}

test('a declined card says so, charges nothing, and the next card works', async ({ page }) => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  await payWith(page, topUp.url, 'Declined')
  await expect(page.getByText(/declined/i).first()).toBeVisible()
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
  await payWith(page, page.url(), 'Succeeds')
  await expect(page).toHaveURL(new RegExp(`^${CLOUD.web}/`))
  await expectCredited(player, topUp.id, FIVE_DOLLARS)
})

test('3-D Secure that fails charges nothing; completed, it credits', async ({ page }) => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  await payWith(page, topUp.url, '3-D Secure')
  await page.getByRole('button', { name: 'Fail authentication' }).click()
  await expect(page.getByRole('button', { name: /^Pay \$/ })).toBeVisible()
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
  await payWith(page, page.url(), '3-D Secure')
  await page.getByRole('button', { name: 'Complete authentication' }).click()
  await expectCredited(player, topUp.id, FIVE_DOLLARS)
})

test('a bank payment is credited when the bank says so, not before', async ({ page }) => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  await page.goto(topUp.url)
  await page.getByLabel('Bank account (succeeds later)').check()
  await page.getByRole('button', { name: /^Pay \$/ }).click()
  await expect.poll(() => topUpState(player, topUp.id)).toBe('processing')
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
  await cloud.completeBankPayment(topUp.session)
  await expectCredited(player, topUp.id, FIVE_DOLLARS)
})

test('a bank payment that fails later ends the top-up and credits nothing', async ({ page }) => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  await page.goto(topUp.url)
  await page.getByLabel('Bank account (fails later)').check()
  await page.getByRole('button', { name: /^Pay \$/ }).click()
  await expect.poll(() => topUpState(player, topUp.id)).toBe('processing')
  await cloud.failBankPayment(topUp.session)
  await expect.poll(() => topUpState(player, topUp.id)).toBe('failed')
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
  expect(await player.statement()).toEqual([])
})

test('a checkout nobody paid expires', async () => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  await cloud.expireCheckout(topUp.session)
  await expect.poll(() => topUpState(player, topUp.id)).toBe('expired')
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
})

test('duplicate, late and shuffled events credit every payment once', async ({ page }) => {
  const player = await newPlayer()
  await cloud.stripeDeliveries({ hold: true, duplicate: 2 })
  const first = await openTopUp(player, 500)
  const second = await openTopUp(player, 1_000)
  await payWith(page, first.url, 'Succeeds')
  await payWith(page, second.url, 'Succeeds')
  expect(await player.wallet()).toMatchObject({ available_micros: 0 })
  await cloud.stripeDeliveries({ hold: false, shuffle: true })
  await cloud.releaseStripe()
  await expect.poll(() => topUpState(player, first.id), { timeout: 30_000 }).toBe('credited')
  await expectCredited(player, second.id, 15_000_000)
})

test('a double click on pay opens one checkout', async () => {
  const player = await newPlayer()
  const click = { amount_cents: 500, click_id: randomUUID() }
  const replies = await Promise.all([1, 2, 3].map(() => player.post('/api/wallet/top-ups', click, TopUpView)))
  expect(new Set(replies.map((reply) => reply.top_up_id)).size).toBe(1)
  expect(new Set(replies.map((reply) => reply.checkout_url)).size).toBe(1)
})

test('a webhook Stripe did not sign is refused', async () => {
  const event = JSON.stringify({ id: 'evt_forged', type: 'checkout.session.completed', data: { object: {} } })
  for (const signature of ['', 't=1,v1=00', `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`]) {
    const response = await fetch(`${CLOUD.web}/api/webhook/stripe`, {
      method: 'POST',
      body: event,
      headers: { 'stripe-signature': signature },
    })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
  }
})

test('someone else’s top-up does not exist', async () => {
  const player = await newPlayer()
  const topUp = await openTopUp(player)
  const stranger = await newPlayer()
  expect(await stranger.refusal('get', `/api/wallet/top-ups/${topUp.id}`)).toMatchObject({
    code: 'not_found',
    status: 404,
  })
})
