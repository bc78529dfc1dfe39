import AxeBuilder from '@axe-core/playwright'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { AssetView } from '#lib/contracts/api/uploads.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { CLOUD } from './support/cloud.ts'
import { makeClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** The studio in a browser, against the production build: by keyboard, across reloads and tabs, on a desk and on a phone. */
test.describe.configure({ timeout: 120_000 })

const FPS = 25
const SOURCE = { width: 320, height: 180, fps: FPS, seconds: 6 }

async function signedIn(context: BrowserContext, player: Player): Promise<void> {
  await context.addCookies((await player.api.storageState()).cookies)
}

/** A player with one video, and a page on its project. */
async function opened(page: Page, file: string): Promise<{ player: Player; projectId: string }> {
  const player = await newPlayer()
  const { id } = await player.upload(makeClip(file, SOURCE), 'Cup final.mp4')
  await expect.poll(async () => (await player.get(`/api/assets/${id}`, AssetView)).state).toBe('ready')
  const project = await player.post('/api/projects', { asset_id: id }, ProjectView)
  await signedIn(page.context(), player)
  await page.goto(`/studio/${project.id}`)
  await ready(page)
  return { player, projectId: project.id }
}

/** Frame times are read and the picture is there. */
async function ready(page: Page): Promise<void> {
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute(
    'aria-valuemax',
    String(SOURCE.seconds * FPS - 1),
  )
  await expect(page.getByText('Loading the picture…')).toHaveCount(0)
  await page.locator('body').click({ position: { x: 300, y: 5 } })
}

async function frame(page: Page): Promise<number> {
  return Number(await page.getByRole('slider', { name: 'Position' }).getAttribute('aria-valuenow'))
}

/** A clip of so many frames from a frame on, with the keyboard alone. */
async function mark(page: Page, from: number, frames: number): Promise<void> {
  await page.keyboard.press('Home')
  for (let tens = 0; tens < Math.floor(from / 10); tens += 1) await page.keyboard.press('Shift+ArrowRight')
  for (let ones = 0; ones < from % 10; ones += 1) await page.keyboard.press('ArrowRight')
  expect(await frame(page)).toBe(from)
  await page.keyboard.press('i')
  for (let i = 1; i < frames; i += 1) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('o')
}

const saved = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible({ timeout: 20_000 })

const clipRows = (page: Page) => page.getByRole('region', { name: /^Clips/ }).getByRole('listitem')

async function stored(player: Player, projectId: string): Promise<ProjectDocument> {
  return (await player.get(`/api/projects/${projectId}`, ProjectView)).document as ProjectDocument
}

/** Where the saved clips begin, as soon as they are saved. */
async function expectStarts(player: Player, projectId: string, startsS: readonly number[]): Promise<void> {
  const starts = async () => (await stored(player, projectId)).clips.map(({ start_time }) => start_time)
  await expect.poll(starts, { timeout: 20_000 }).toEqual(startsS)
}

test('three clips marked by keyboard are frame-exact, survive a reload, and can be undone', async ({ page }, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await mark(page, 10, 5)
  await mark(page, 40, 10)
  await mark(page, 90, 7)
  await expect(clipRows(page)).toHaveCount(3)
  await saved(page)
  const { clips } = await stored(player, projectId)
  const frames = clips.map(({ start_time, end_time }) =>
    [start_time * FPS, end_time * FPS].map((n) => Math.round(n * 1000) / 1000),
  )
  expect(frames).toEqual([
    [10, 15],
    [40, 50],
    [90, 97],
  ])

  await page.reload()
  await ready(page)
  await expect(clipRows(page)).toHaveCount(3)

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Delete')
  await expect(clipRows(page)).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await expect(clipRows(page)).toHaveCount(3)
  await page.keyboard.press('Control+Shift+z')
  await expect(clipRows(page)).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await saved(page)
  expect((await stored(player, projectId)).clips).toHaveLength(3)
})

test('from the library: edit, name, rate, reorder, split, merge and leave out, all without a mouse on the timeline', async ({
  page,
}, info) => {
  const player = await newPlayer()
  const { id } = await player.upload(makeClip(info.outputPath('match.mp4'), SOURCE), 'Cup final.mp4')
  await expect.poll(async () => (await player.get(`/api/assets/${id}`, AssetView)).state).toBe('ready')
  await signedIn(page.context(), player)
  await page.goto(`/library/${id}`)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await expect(page).toHaveURL(/\/studio\/prj_/)
  await ready(page)
  await mark(page, 10, 5)
  await page.getByLabel('Name').fill('Opening goal')
  await page.keyboard.press('Enter')
  await page.keyboard.press('4')
  await mark(page, 50, 20)
  await page.keyboard.press('Alt+ArrowUp')
  await expect(clipRows(page).nth(1)).toContainText('Opening goal')
  await expect(clipRows(page).nth(1)).toContainText('4')

  // Between its first and last frame.
  for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('s')
  await expect(clipRows(page)).toHaveCount(3)
  await clipRows(page)
    .nth(0)
    .getByRole('button', { name: /^Actions/ })
    .click()
  await page.getByRole('menuitem', { name: 'Merge with the next' }).click()
  await expect(clipRows(page)).toHaveCount(2)
  await clipRows(page).nth(0).getByRole('checkbox').uncheck()
  await saved(page)
  const projectId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  expect((await stored(player, projectId)).clips).toMatchObject([
    { kept: false, start_time: 2, end_time: 2.8 },
    { kept: true, label: 'Opening goal', rating: 4, start_time: 0.4, end_time: 0.6 },
  ])

  await page.getByLabel(/^Starts$/).fill('1,2')
  await page.keyboard.press('Enter')
  await saved(page)
  expect((await stored(player, projectId)).clips[0]).toMatchObject({ start_time: 1.2, end_time: 2.8 })
})

test('an edge dragged on the timeline is one step to undo, and lands between frames', async ({ page }, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await mark(page, 50, 25)
  await saved(page)
  const canvas = await page.locator('canvas').boundingBox()
  if (!canvas) throw new Error('there is no timeline')
  const at = (seconds: number) => canvas.x + (seconds / SOURCE.seconds) * canvas.width
  const clipsLane = canvas.y + 26 + 48 + 30 + 19
  await page.mouse.move(at(3), clipsLane)
  await page.mouse.down()
  await page.mouse.move(at(3.6), clipsLane, { steps: 8 })
  await page.mouse.move(at(4.21), clipsLane, { steps: 8 })
  await page.mouse.up()
  await saved(page)
  const end = (await stored(player, projectId)).clips[0]?.end_time ?? 0
  expect(end).toBeGreaterThan(4)
  expect(end * FPS).toBeCloseTo(Math.round(end * FPS), 6)
  await page.keyboard.press('Control+z')
  await saved(page)
  expect((await stored(player, projectId)).clips[0]?.end_time).toBe(3)
})

test('two tabs on one project lose nothing: the second is told, and both states can be kept', async ({
  page,
  context,
}, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  const other = await context.newPage()
  await other.goto(`/studio/${projectId}`)
  await ready(other)
  await mark(other, 20, 5)
  await saved(other)

  await page.bringToFront()
  await mark(page, 80, 5)
  const dialog = page.getByRole('dialog', { name: 'This project was changed elsewhere' })
  await expect(dialog).toBeVisible({ timeout: 20_000 })
  await expect(dialog.getByRole('button', { name: /Take the newer/ })).toBeVisible()
  await dialog.getByRole('button', { name: /Keep my changes/ }).click()
  await expectStarts(player, projectId, [3.2])

  // The other tab's work is a version.
  await page.getByRole('button', { name: 'Project' }).click()
  await page.getByRole('menuitem', { name: 'Earlier versions' }).click()
  await page.getByRole('button', { name: 'Bring back' }).first().click()
  await expectStarts(player, projectId, [0.8])
  await page.keyboard.press('Control+z')
  await expectStarts(player, projectId, [3.2])
})

test('offline work is kept in the browser, across a reload, until the server has it', async ({
  page,
  context,
}, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await context.route('**/api/projects/**', (route) =>
    route.request().method() === 'PUT' ? route.abort() : route.continue(),
  )
  await mark(page, 30, 5)
  await expect(page.getByText('Offline, kept here')).toBeVisible()
  await page.reload()
  await ready(page)
  await expect(clipRows(page)).toHaveCount(1)
  expect((await stored(player, projectId)).clips).toEqual([])
  await context.unroute('**/api/projects/**')
  await saved(page)
  expect((await stored(player, projectId)).clips).toHaveLength(1)
})

test('a local file is edited while it is still uploading', async ({ page }, info) => {
  const player = await newPlayer()
  await signedIn(page.context(), player)
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showOpenFilePicker'))
  const released = Promise.withResolvers<void>()
  await page.route(`${CLOUD.s3}/**`, async (route) => {
    if (route.request().method() === 'PUT') await released.promise
    await route.continue()
  })
  await page.goto('/library')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a video' }).click()
  await (await chooser).setFiles(makeClip(info.outputPath('match.mp4'), SOURCE))
  await page.getByRole('button', { name: 'Edit now' }).click()
  await expect(page).toHaveURL(/\/studio\/prj_/)
  await ready(page)
  await mark(page, 20, 10)
  await saved(page)
  await page.getByText('Cut this clip').click()
  await expect(page.getByText('The price comes as soon as the upload has finished.')).toBeVisible()
  released.resolve()
  await expect(page.getByRole('region', { name: 'Quote' })).toBeVisible({ timeout: 30_000 })
  await expect(clipRows(page)).toHaveCount(1)
})

test('the kept clips are ordered as one reel, at the price that was shown', async ({ page }, info) => {
  const { player } = await opened(page, info.outputPath('match.mp4'))
  await player.topUp(500)
  await mark(page, 10, 25)
  await mark(page, 75, 25)
  await page.keyboard.press('Alt+ArrowUp')
  await page.getByText('Cut these 2 clips').click()
  await expect(page.getByRole('region', { name: 'Quote' })).toContainText('0:02')
  await page.getByRole('button', { name: 'Cut clips' }).click()
  await expect(page).toHaveURL(/\/jobs\/job_/)
  const [job] = await player.jobs()
  expect(job).toMatchObject({
    task: 'annotate',
    params: { mode: 'reel', clips: [{ start_time: 3 }, { start_time: 0.4 }] },
  })
})

test('every key can be seen and changed', async ({ page }, info) => {
  await opened(page, info.outputPath('match.mp4'))
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet.getByRole('button', { name: /^One frame on:/ }).click()
  await page.keyboard.press('n')
  await expect(sheet.getByRole('button', { name: /^One frame on: N/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await page.keyboard.press('n')
  expect(await frame(page)).toBe(1)
  await page.keyboard.press('ArrowRight')
  expect(await frame(page)).toBe(1)
})

for (const [look, options] of [
  ['on a desk', {}],
  ['in the dark', { colorScheme: 'dark' as const }],
  ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
] as const) {
  test(`axe finds nothing ${look}`, async ({ browser }, info) => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    await opened(page, info.outputPath('match.mp4'))
    await mark(page, 10, 20)
    await page.getByLabel('Name').fill('Opening goal')
    await page.keyboard.press('Enter')
    await mark(page, 60, 30)
    await saved(page)
    await page.screenshot({ path: info.outputPath('studio.png'), fullPage: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
    await context.close()
  })
}
