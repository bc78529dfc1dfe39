import { randomUUID } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { RefundsView } from '#lib/contracts/api/refunds.ts'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import { CLOUD, steer } from './support/cloud.ts'
import { makeClip } from './support/media.ts'
import { checkoutSessionOf, newPlayer, type Player, playerAt } from './support/player.ts'

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

/** A player's own browser, on a page of theirs. */
async function open(page: Page, player: Player, path: string): Promise<void> {
  await page.context().addCookies((await player.api.storageState()).cookies)
  await page.goto(path)
}

/** A credited top-up and the payment behind it. */
async function paid(player: Player, cents = 500): Promise<string> {
  const topUp = await openTopUp(player, cents)
  await cloud.payCheckout(topUp.session)
  await expect.poll(() => topUpState(player, topUp.id), { timeout: 20_000 }).toBe('credited')
  return cloud.paymentOf(topUp.session)
}

const kinds = async (player: Player) => (await player.statement()).map((entry) => entry.kind)

test('unused credit goes back to the card, says so, and cannot be had twice', async ({ page }, info) => {
  const player = await newPlayer()
  await paid(player, 1_000)
  await open(page, player, '/wallet')
  await page.getByRole('button', { name: 'Get credit back' }).click()
  const dialog = page.getByRole('dialog', { name: 'Get unused credit back' })
  await expect(dialog.getByRole('list', { name: 'Where it goes' })).toContainText('Visa •••• 4242')
  await dialog.getByLabel('Amount in US dollars').fill('99')
  await expect(dialog.getByRole('button', { name: 'Send it back' })).toBeDisabled()
  await dialog.getByLabel('Amount in US dollars').fill('7.50')
  await page.screenshot({ path: info.outputPath('refund-dialog.png') })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Send $7.50 back' }).click()
  await expect(dialog).toBeHidden()
  const line = page.getByRole('list', { name: 'Refunds' }).getByRole('listitem')
  await expect(line).toContainText('$7.50 to Visa •••• 4242')
  await expect(line).toContainText('Sent')
  await page.screenshot({ path: info.outputPath('wallet-after-refund.png'), fullPage: true })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  expect(await player.wallet()).toMatchObject({ available_micros: 2_500_000 })
  expect(await kinds(player)).toEqual(['refund', 'top_up'])
  const more = { amount_cents: 251, click_id: randomUUID() }
  expect(await player.refusal('post', '/api/wallet/refunds', more)).toMatchObject({
    code: 'refund_too_large',
    status: 409,
  })
})

test('a Dashboard refund of money that a job has spent becomes a debt, and the next top-up pays it', async ({
  page,
}, info) => {
  const player = await newPlayer()
  const payment = await paid(player)
  const asset = await player.upload(makeClip(info.outputPath('in.mp4'), { width: 160, height: 90, seconds: 1 }))
  const job = await player.ended((await player.run(asset.id)).id)
  const spent = job.cost.captured_micros ?? 0
  expect(spent).toBeGreaterThan(0)
  await cloud.refundInDashboard(payment)
  await expect.poll(async () => (await player.wallet()).owed_micros, { timeout: 20_000 }).toBe(spent)
  expect(await player.wallet()).toMatchObject({ available_micros: 0, frozen: false })
  await open(page, player, '/wallet')
  await expect(page.getByText(/credits are owed/)).toBeVisible()
  await expect(page.getByText(/credits of it are now owed/)).toBeVisible()
  await page.screenshot({ path: info.outputPath('wallet-with-debt.png'), fullPage: true })
  await paid(player, 500)
  await expect.poll(() => player.wallet()).toMatchObject({ available_micros: FIVE_DOLLARS - spent, owed_micros: 0 })
})

test('a chargeback freezes the wallet and says why; won, everything is as before', async ({ page }, info) => {
  const player = await newPlayer()
  const dispute = await cloud.openDispute(await paid(player))
  await expect.poll(async () => (await player.wallet()).frozen, { timeout: 20_000 }).toBe(true)
  await cloud.advanceDispute(dispute, 'withdraw')
  await expect.poll(async () => (await player.wallet()).available_micros, { timeout: 20_000 }).toBe(0)
  await open(page, player, '/wallet')
  await expect(page.getByText('Your wallet is on hold')).toBeVisible()
  await expect(page.getByText(/The payment of \$5\.00 with Visa •••• 4242 is disputed/)).toBeVisible()
  await page.screenshot({ path: info.outputPath('wallet-frozen.png'), fullPage: true })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  const ask = { amount_cents: 1, click_id: randomUUID() }
  expect(await player.refusal('post', '/api/wallet/refunds', ask)).toMatchObject({ code: 'wallet_frozen' })
  await cloud.advanceDispute(dispute, 'win')
  await expect
    .poll(() => player.wallet(), { timeout: 20_000 })
    .toMatchObject({ available_micros: FIVE_DOLLARS, owed_micros: 0, frozen: false })
  expect(await kinds(player)).toEqual(['dispute_reversal', 'dispute', 'top_up'])
})

test('a chargeback that is lost takes the money and lets the user go on', async () => {
  const player = await newPlayer()
  const dispute = await cloud.openDispute(await paid(player))
  await cloud.advanceDispute(dispute, 'lose')
  await expect
    .poll(() => player.wallet(), { timeout: 20_000 })
    .toMatchObject({ available_micros: 0, owed_micros: 0, frozen: false })
  expect((await player.get('/api/wallet/refunds', RefundsView)).disputes).toMatchObject([{ state: 'lost' }])
  await paid(player)
  expect(await player.wallet()).toMatchObject({ available_micros: FIVE_DOLLARS })
})

test('an inquiry moves and freezes nothing', async () => {
  const player = await newPlayer()
  const inquiry = await cloud.openDispute(await paid(player), 'inquiry')
  const states = async () => (await player.get('/api/wallet/refunds', RefundsView)).disputes.map(({ state }) => state)
  await expect.poll(states, { timeout: 20_000 }).toEqual(['inquiry'])
  expect(await player.wallet()).toMatchObject({ available_micros: FIVE_DOLLARS, frozen: false })
  await cloud.advanceDispute(inquiry, 'close')
  await expect.poll(states, { timeout: 20_000 }).toEqual(['inquiry_closed'])
  expect(await player.wallet()).toMatchObject({ available_micros: FIVE_DOLLARS, frozen: false })
})

test('an event that cannot be handled waits in the inbox with its reason, and an admin can replay it', async ({
  page,
}, info) => {
  const player = await newPlayer()
  await cloud.stripeDeliveries({ drop_types: ['checkout.session.completed'] })
  const topUp = await openTopUp(player)
  await cloud.payCheckout(topUp.session)
  await cloud.openDispute(await cloud.paymentOf(topUp.session), 'inquiry')
  await open(page, await playerAt('admin@reelballers.test'), '/admin')
  const inbox = page.getByRole('region', { name: 'Stripe events that failed' })
  const event = inbox.getByRole('listitem').filter({ hasText: topUp.id })
  await expect(async () => {
    await page.reload()
    await expect(event).toContainText('is not credited yet', { timeout: 3_000 })
  }).toPass({ timeout: 20_000 })
  await page.screenshot({ path: info.outputPath('admin-inbox.png'), fullPage: true })
  await event.getByRole('button', { name: /^Replay/ }).click()
  await expect(inbox.getByRole('status').filter({ hasText: 'failed again' })).toBeAttached()
  expect(await player.refusal('get', '/api/admin/stripe-events')).toMatchObject({ status: 403 })
})
