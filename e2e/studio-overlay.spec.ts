import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { AnalysisList } from '#lib/contracts/api/jobs.ts'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { AssetView } from '#lib/contracts/api/uploads.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { makeRunningClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** Overlay in a browser, on tracks the real worker makes with its motion detector. */
test.describe.configure({ timeout: 150_000 })

const TOP_UP_CENTS = 500
const FRAMES = 50

/** A project on a clip of a running player, open at Overlay; `tracked`: its players are found already. */
async function opened(page: Page, file: string, tracked: boolean) {
  const player = await newPlayer()
  await player.topUp(TOP_UP_CENTS)
  const { id } = await player.upload(makeRunningClip(file), 'Cup final.mp4')
  await expect.poll(async () => (await player.get(`/api/assets/${id}`, AssetView)).state).toBe('ready')
  if (tracked) await player.ended((await player.run(id, { model: 'motion' }, 'track')).id)
  const project = await player.post('/api/projects', { asset_id: id }, ProjectView)
  await page.context().addCookies((await player.api.storageState()).cookies)
  await page.goto(`/studio/${project.id}`)
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute('aria-valuemax', String(FRAMES - 1))
  await expect(page.getByText('Loading the picture…')).toHaveCount(0)
  await page
    .getByRole('radio', { name: 'Overlay' })
    .or(page.getByRole('tab', { name: 'Overlay' }))
    .click()
  return { player, assetId: id, projectId: project.id }
}

async function stored(player: Player, projectId: string): Promise<ProjectDocument> {
  return (await player.get(`/api/projects/${projectId}`, ProjectView)).document as ProjectDocument
}

const regions = async (player: Player, projectId: string) => (await stored(player, projectId)).highlights.regions

const playersShown = (page: Page) => page.getByRole('region', { name: /^Players/ })
const highlightsShown = (page: Page) => page.getByRole('region', { name: /^Highlights/ })

/** To a frame in the middle, where the runner is. */
async function toTheMiddle(page: Page): Promise<void> {
  await page.locator('body').click({ position: { x: 300, y: 5 } })
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
}

test('a click on a player sticks the highlight to them; names, splits and merges can be undone', async ({
  page,
}, info) => {
  const { player, assetId, projectId } = await opened(page, info.outputPath('match.mp4'), true)
  await expect(playersShown(page).getByRole('listitem').first()).toBeVisible({ timeout: 30_000 })
  await toTheMiddle(page)
  const boxes = page.getByRole('button', { name: /^Highlight Player \d+$/, pressed: false })
  await expect(boxes.first()).toBeAttached()
  const box = await boxes.first().boundingBox()
  if (!box) throw new Error('nobody is on the picture')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(1)
  await expect.poll(async () => (await regions(player, projectId)).length, { timeout: 20_000 }).toBe(1)
  const [region] = await regions(player, projectId)
  expect(region?.follows.kind).toBe('track')
  const { analyses } = await player.get(`/api/assets/${assetId}/analyses`, AnalysisList)
  expect((await stored(player, projectId)).tracks.asset_id).toBe(analyses[0]?.job_id)

  const form = playersShown(page)
  await form.getByRole('textbox', { name: 'Name' }).fill('Mia')
  await expect(highlightsShown(page).getByRole('button', { name: /^Mia/ })).toBeVisible()
  const count = await form.getByRole('listitem').count()
  await form.getByRole('button', { name: 'Someone else from here on' }).click()
  await expect(form.getByRole('listitem')).toHaveCount(count + 1)
  await form.getByRole('combobox', { name: 'Is the same as' }).selectOption({ label: 'Mia' })
  await form.getByRole('button', { name: 'Merge' }).click()
  await expect(form.getByRole('listitem')).toHaveCount(count)
  await page.locator('body').click({ position: { x: 300, y: 5 } })
  for (let steps = 0; steps < 2; steps += 1) await page.keyboard.press('Control+z')
  await expect(form.getByRole('listitem')).toHaveCount(count)
  await expect(highlightsShown(page).getByRole('button', { name: /^Mia/ })).toBeVisible()
  await highlightsShown(page).getByRole('button', { name: 'Delete highlight Mia' }).click()
  await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(0)
  await page.screenshot({ path: info.outputPath('overlay.png') })
})

test('by keyboard alone a player is chosen and highlighted', async ({ page }, info) => {
  await opened(page, info.outputPath('match.mp4'), true)
  await expect(playersShown(page).getByRole('listitem').first()).toBeVisible({ timeout: 30_000 })
  await toTheMiddle(page)
  await page.keyboard.press('n')
  await expect(playersShown(page).getByRole('textbox', { name: 'Name' })).toBeVisible()
  await page.keyboard.press('h')
  await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(0)
  const box = page.getByRole('button', { name: /^Highlight (Player|Ball) \d+$/, pressed: false }).first()
  await box.focus()
  await page.keyboard.press('Enter')
  await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(1)
})

test('an ellipse is drawn, dragged as one step, typed, and glides between frames', async ({ page }, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'), false)
  await expect(page.getByRole('button', { name: 'Find the players' })).toBeVisible()
  const picture = await page.locator('video').boundingBox()
  if (!picture) throw new Error('no picture')
  const at = (x: number, y: number) => [picture.x + x * picture.width, picture.y + y * picture.height] as const
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...at(...from))
    await page.mouse.down()
    await page.mouse.move(...at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2))
    await page.mouse.move(...at(...to))
    await page.mouse.up()
  }
  await page.getByRole('button', { name: 'Draw by hand' }).click()
  await drag([0.25, 0.25], [0.75, 0.75])
  const list = highlightsShown(page)
  const across = list.getByRole('textbox', { name: /^Centre across/ })
  await expect(across).toHaveValue('240')
  await toTheMiddle(page)
  await drag([0.5, 0.5], [0.75, 0.5])
  const shown = Number(await across.inputValue())
  expect(Math.abs(shown - 360)).toBeLessThanOrEqual(2)
  await expect(list.getByText('Set at 2 frames.')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(across).toHaveValue('240')
  await page.keyboard.press('Control+Shift+z')
  await across.fill('300')
  await across.press('Enter')
  await list.getByRole('textbox', { name: /^Half width/ }).fill('50')
  await list.getByRole('textbox', { name: /^Half width/ }).press('Enter')
  const keyframes = async () => {
    const [region] = await regions(player, projectId)
    return region?.follows.kind === 'keyframes' ? region.follows.keyframes : []
  }
  await expect
    .poll(async () => (await keyframes()).map(({ frame, x }) => [frame, x]), { timeout: 20_000 })
    .toEqual([
      [0, 240],
      [20, 300],
    ])
  expect((await keyframes())[1]?.radius_x).toBe(50)
})

test('finding the players is ordered here, followed, and its result taken', async ({ page }, info) => {
  await opened(page, info.outputPath('match.mp4'), false)
  await page.getByRole('button', { name: 'Find the players' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Find the players' }).click()
  await expect(page.getByRole('progressbar', { name: 'Finding the players' })).toBeVisible({ timeout: 30_000 })
  await expect(playersShown(page).getByRole('listitem').first()).toBeVisible({ timeout: 100_000 })
})

for (const look of [
  { name: 'desktop, light', viewport: { width: 1280, height: 800 }, scheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, scheme: 'dark' },
] as const)
  test(`nothing hinders assistive technology: ${look.name}`, async ({ browser }, info) => {
    const context = await browser.newContext({
      viewport: look.viewport,
      colorScheme: look.scheme,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await opened(page, info.outputPath('match.mp4'), true)
    await expect(playersShown(page).getByRole('listitem').first()).toBeVisible({ timeout: 30_000 })
    await playersShown(page)
      .getByRole('button', { name: /^Highlight / })
      .first()
      .click()
    await expect(highlightsShown(page).getByRole('listitem')).toHaveCount(1)
    await page.screenshot({ path: info.outputPath('overlay.png'), fullPage: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
    await context.close()
  })
