import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { WalletSettingsView } from '#lib/contracts/api/spending.ts'
import { CLOUD, steer } from './support/cloud.ts'
import { makeClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** What someone decides about spending holds while they are away, and what was no good is given back. */
const cloud = steer(CLOUD)
/** The reconciler looks every ten seconds. */
const TICK_MS = 30_000

async function open(page: Page, player: Player, path: string): Promise<void> {
  await page.context().addCookies((await player.api.storageState()).cookies)
  await page.goto(path)
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
}

const row = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const settingsOf = (player: Player) => player.get('/api/wallet/settings', WalletSettingsView)

test('a cap refuses the job that would pass it and says so; without it the same price runs', async ({ page }, info) => {
  const player = await newPlayer()
  await player.topUp(500)
  const asset = await player.upload(makeClip(info.outputPath('capped.mp4')))
  await open(page, player, '/wallet')
  const cap = row(page, 'Spending cap per day')
  await cap.getByRole('button', { name: 'Set a cap' }).click()
  await page.getByLabel("Most that one day's jobs may cost").fill('0.5')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(cap).toContainText('0.00 of 0.50 credits used today')
  await expectAccessible(page)

  const { quote_id } = await player.quote(asset.id)
  const refused = await player.refusal('post', '/api/debit', { quote_id })
  expect(refused).toMatchObject({ code: 'spend_cap_reached', status: 402 })
  expect(await player.wallet()).toMatchObject({ available_micros: 5_000_000, held_micros: 0 })

  await cap.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('button', { name: 'Remove cap' }).click()
  await expect(cap).toContainText('No cap')
  const accepted = await player.api.post('/api/debit', { data: { quote_id } })
  expect(accepted.ok(), await accepted.text()).toBe(true)
})

test('a card that was kept tops the wallet up by itself, within its limit, until it is removed', async ({ page }) => {
  const player = await newPlayer()
  await open(page, player, '/wallet?add=1&save=1')
  await expect(page.getByLabel('Keep this card for automatic top-up')).toBeChecked()
  await expect(row(page, 'Automatic top-up').getByRole('link', { name: 'Save a card' })).toBeVisible()
  await page.getByRole('button', { name: 'Add credits', exact: true }).click()
  await page.getByRole('button', { name: 'Succeeds', exact: true }).click()
  await page.getByRole('button', { name: /^Pay \$/ }).click()
  await expect.poll(async () => (await player.wallet()).available_micros, { timeout: TICK_MS }).toBe(10_000_000)

  await page.goto('/wallet')
  const auto = row(page, 'Automatic top-up')
  await expect(auto).toContainText('Visa ending in 4242', { timeout: TICK_MS, ignoreCase: true })
  await auto.getByRole('button', { name: 'Switch on' }).click()
  await page.getByLabel('When my balance falls below').fill('5000')
  await page.getByLabel('Add this much').fill('5')
  await page.getByLabel('But never more in a month than').fill('9')
  await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click()
  await expect(auto).toContainText('Adds $5.00')
  await expect.poll(async () => (await player.wallet()).available_micros, { timeout: TICK_MS }).toBe(15_000_000)
  expect((await player.statement()).map((entry) => entry.label)).toEqual(['Automatic top-up', 'Top-up'])
  await page.reload()
  await expect(auto).toContainText('$5.00 of at most $9.00 this month')
  await expect(auto).toContainText('limit reached')
  await expectAccessible(page)

  await auto.getByRole('button', { name: 'Remove card' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove card' }).click()
  await expect(auto.getByRole('link', { name: 'Save a card' })).toBeVisible()
  expect(await settingsOf(player)).toMatchObject({ card: null, auto_top_up: { state: 'off' } })
  expect((await player.wallet()).available_micros).toBe(15_000_000)
})

test('one mail when credits run low', async ({ page }) => {
  const player = await newPlayer()
  await player.topUp(500)
  await open(page, player, '/wallet')
  const low = row(page, 'Mail when credits run low')
  await low.getByRole('button', { name: 'Tell me' }).click()
  await page.getByLabel('Tell me below').fill('600')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(low).toContainText('below 600.00 credits')
  const told = async () =>
    (await cloud.mailsTo(player.email)).filter((mail) => mail.subject === 'You have 500.00 credits left').length
  await expect.poll(told, { timeout: TICK_MS }).toBe(1)
})

test('a result that is no good is given back at once, and statement and receipt say so', async ({ page }, info) => {
  test.setTimeout(180_000)
  const player = await newPlayer()
  await player.topUp(500)
  const asset = await player.upload(makeClip(info.outputPath('unhappy.mp4')), 'derby.mp4')
  const job = await player.ended((await player.run(asset.id)).id)
  expect(job.state).toBe('succeeded')
  const cost = job.cost.captured_micros ?? 0
  expect((await player.wallet()).available_micros).toBe(5_000_000 - cost)

  await open(page, player, `/jobs/${job.id}`)
  await page.getByRole('button', { name: 'Not happy? Refund' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: /^Refund/ })).toBeDisabled()
  await dialog.getByLabel('It is hardly better than the original').check()
  await dialog.getByLabel(/Anything we should look at/).fill('Grass is mush.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: /^Refund/ }).click()
  await expect(page.getByText('You were refunded')).toBeVisible()
  expect((await player.wallet()).available_micros).toBe(5_000_000)

  await page.goto(`/jobs/${job.id}/receipt`)
  await expect(page.getByText('Refunded:')).toBeVisible()
  await expect(page.getByText(/^pi_/)).toBeVisible()
  await expectAccessible(page)
  const receipt = await player.receipt(job.id)
  const parts = receipt.funding.reduce((sum, payment) => sum + payment.part_micros, 0)
  expect(parts + receipt.unfunded.promo_micros + receipt.unfunded.other_micros).toBe(cost)

  await page.goto('/wallet')
  await page.getByLabel('Clip or reference').fill('derby')
  const statement = page.getByRole('region', { name: 'Statement' })
  await expect(statement.getByText('Given back: not happy with Upscale')).toBeVisible()
  await expect(statement.getByText('Top-up', { exact: true })).toBeHidden()
  const csv = await (await page.request.get('/api/wallet/statement.csv?search=derby')).text()
  const lines = csv.trim().split('\r\n').slice(1)
  expect(lines[0]).toContain('Given back: not happy with Upscale')
  expect(lines.every((line) => line.includes('derby.mp4'))).toBe(true)
})
