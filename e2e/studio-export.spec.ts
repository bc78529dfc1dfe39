import AxeBuilder from '@axe-core/playwright'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { AssetView } from '#lib/contracts/api/uploads.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { makeClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** Exporting from the studio, against the production build and with the real worker. */
test.describe.configure({ timeout: 180_000 })

const SOURCE = { width: 320, height: 180, fps: 25, seconds: 7 }
const TOP_UP_CENTS = 2000
const JOB_MS = 90_000

async function opened(page: Page, context: BrowserContext, file: string) {
  const player = await newPlayer()
  await player.topUp(TOP_UP_CENTS)
  const { id } = await player.upload(makeClip(file, SOURCE), 'Cup final.mp4')
  await expect.poll(async () => (await player.get(`/api/assets/${id}`, AssetView)).state).toBe('ready')
  const project = await player.post('/api/projects', { asset_id: id }, ProjectView)
  await context.addCookies((await player.api.storageState()).cookies)
  await page.goto(`/studio/${project.id}`)
  await openExport(page)
  return { player, projectId: project.id }
}

async function openExport(page: Page): Promise<void> {
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute(
    'aria-valuemax',
    String(SOURCE.seconds * SOURCE.fps - 1),
  )
  await expect(page.getByText('Loading the picture…')).toHaveCount(0)
  await page.getByRole('radio', { name: 'Export' }).click()
}

async function stored(player: Player, projectId: string): Promise<ProjectDocument> {
  return (await player.get(`/api/projects/${projectId}`, ProjectView)).document as ProjectDocument
}

const forecast = (page: Page) => page.getByRole('region', { name: 'What will come out' })
const order = (page: Page) => page.getByRole('region', { name: 'Price and order' })
const made = (page: Page) => page.getByRole('heading', { name: 'Your export is ready' })

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
}

test('a vertical export: chosen, told, priced, ordered once however often one clicks, and found again after a reload', async ({
  page,
  context,
}, info) => {
  const { player, projectId } = await opened(page, context, info.outputPath('match.mp4'))
  await expect(forecast(page)).toContainText('The whole video, 0:07 long, 320 × 180 pixels, as MP4.')
  await page.getByRole('button', { name: /^TikTok, Reels, Shorts/ }).click()
  await expect(forecast(page)).toContainText('1080 × 1920 pixels')
  await page.keyboard.press('Control+z')
  await expect(forecast(page)).toContainText('320 × 180 pixels')
  await page.keyboard.press('Control+Shift+z')
  await expect(order(page).getByText('1080 × 1920 · 0:07')).toBeVisible({ timeout: 20_000 })
  await page.screenshot({ path: info.outputPath('settings.png') })
  await expectNoViolations(page)

  await order(page).getByRole('button', { name: 'Export', exact: true }).dblclick()
  await expect(page.getByRole('progressbar', { name: 'Export progress' }).or(made(page))).toBeVisible()
  await page.screenshot({ path: info.outputPath('running.png') })
  expect((await stored(player, projectId)).export).toMatchObject({ max_height: 1920 })
  expect((await stored(player, projectId)).crop.aspect).toBe('9:16')

  await page.reload()
  await openExport(page)
  const row = page.getByRole('region', { name: 'Exports of this video' }).getByRole('button').first()
  await expect(made(page).or(row).first()).toBeVisible({ timeout: JOB_MS })
  if (await row.isVisible()) await row.click()
  await expect(made(page)).toBeVisible({ timeout: JOB_MS })
  const [job, ...others] = await player.jobs()
  expect(others).toEqual([])
  expect(job).toMatchObject({ task: 'export', state: 'succeeded', output: { facts: { width: 1080, height: 1920 } } })
  await expect(page.getByRole('link', { name: 'Download' })).toBeVisible()
  await page.screenshot({ path: info.outputPath('made.png') })
  await expectNoViolations(page)
  await page.getByRole('link', { name: /^Receipt/ }).click()
  await expect(page).toHaveURL(new RegExp(`/jobs/${job?.id}/receipt$`))
})

test('on a phone: five seconds around the playhead are ordered as a job of their own, for less', async ({
  browser,
}, info) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true })
  const page = await context.newPage()
  const { player } = await opened(page, context, info.outputPath('match.mp4'))
  await expect(order(page).getByRole('button', { name: 'Export', exact: true })).toBeEnabled({ timeout: 20_000 })
  await page.getByText('Try five seconds first').tap()
  await expect(page.getByText('From 0:00.00 to 0:05.00')).toBeVisible()
  await expect(page.getByText('320 × 180 · 0:05')).toBeVisible({ timeout: 20_000 })
  await page.screenshot({ path: info.outputPath('phone.png'), fullPage: true })
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Export the sample' }).tap()
  await expect(made(page)).toBeVisible({ timeout: JOB_MS })
  const [job] = await player.jobs()
  expect(job?.output?.facts?.frames).toBe(5 * SOURCE.fps)
  await page.screenshot({ path: info.outputPath('phone-made.png'), fullPage: true })
  await page.getByRole('button', { name: 'Export settings' }).tap()
  await expect(page.getByRole('region', { name: 'Exports of this video' })).toContainText('5-second sample')
  await context.close()
})
