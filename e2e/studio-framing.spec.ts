import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { AssetView } from '#lib/contracts/api/uploads.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { makeRunningClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** Framing in a browser, against the production build: by mouse, by keyboard, by numbers, and by auto-crop with the real worker. */
test.describe.configure({ timeout: 120_000 })

const SOURCE = { width: 480, height: 270, fps: 25, seconds: 4 }

async function opened(page: Page, file: string): Promise<{ player: Player; projectId: string }> {
  const player = await newPlayer()
  const { id } = await player.upload(makeRunningClip(file, SOURCE.seconds), 'Cup final.mp4')
  await expect.poll(async () => (await player.get(`/api/assets/${id}`, AssetView)).state).toBe('ready')
  const project = await player.post('/api/projects', { asset_id: id }, ProjectView)
  await page.context().addCookies((await player.api.storageState()).cookies)
  await page.goto(`/studio/${project.id}`)
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute(
    'aria-valuemax',
    String(SOURCE.seconds * SOURCE.fps - 1),
  )
  await expect(page.getByText('Loading the picture…')).toHaveCount(0)
  await page.getByRole('radio', { name: 'Framing' }).click()
  return { player, projectId: project.id }
}

async function crop(player: Player, projectId: string): Promise<ProjectDocument['crop']> {
  const { document } = await player.get(`/api/projects/${projectId}`, ProjectView)
  return (document as ProjectDocument).crop
}

const saved = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible({ timeout: 20_000 })

const cropBox = (page: Page) => page.getByRole('button', { name: /^Crop: / })
const keyframeRows = (page: Page) => page.getByRole('list', { name: 'Keyframes' }).getByRole('button')

async function centre(page: Page): Promise<{ x: number; y: number }> {
  const box = await cropBox(page).boundingBox()
  if (!box) throw new Error('there is no crop on the picture')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function drag(page: Page, dx: number): Promise<void> {
  const { x, y } = await centre(page)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx / 2, y, { steps: 4 })
  await page.mouse.move(x + dx, y, { steps: 4 })
  await page.mouse.up()
}

test('the crop is dragged at two moments, glides between them, and each drag is undone at once', async ({
  page,
}, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await expect(page.getByText('The whole picture is shown')).toBeVisible()
  await page.getByRole('radio', { name: '9:16' }).click()
  await drag(page, -120)
  await expect(keyframeRows(page)).toHaveCount(1)
  await page.getByRole('slider', { name: 'Position' }).focus()
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('Shift+ArrowRight')
  await drag(page, 240)
  await expect(keyframeRows(page)).toHaveCount(2)
  await saved(page)
  const { aspect, keyframes } = await crop(player, projectId)
  expect(aspect).toBe('9:16')
  expect(keyframes.map(({ frame, source }) => [frame, source])).toEqual([
    [0, 'manual'],
    [50, 'manual'],
  ])
  const [first, second] = keyframes.map(({ x }) => x)
  const half = (SOURCE.width - (SOURCE.height * 9) / 16) / 2
  expect(first).toBeLessThan(half)
  expect(second).toBeGreaterThan(half)

  // In between the camera is in between.
  await page.getByRole('slider', { name: 'Position' }).focus()
  for (let i = 0; i < 2; i += 1) await page.keyboard.press('Shift+ArrowLeft')
  const glided = Number(await page.getByRole('textbox', { name: 'Across' }).inputValue())
  expect(glided).toBeCloseTo((first ?? 0) + 0.6 * ((second ?? 0) - (first ?? 0)), 0)

  await page.keyboard.press('Control+z')
  await expect(keyframeRows(page)).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(keyframeRows(page)).toHaveCount(0)
})

test('by keyboard and numbers alone: move, resize, cut, copy, paste, step and delete', async ({ page }, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await page.getByRole('radio', { name: '9:16' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('textbox', { name: 'Zoom' }).fill('2')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Across' }).fill('100')
  await page.keyboard.press('Enter')
  await cropBox(page).focus()
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ArrowDown')
  await saved(page)
  const [first] = (await crop(player, projectId)).keyframes
  expect(first).toMatchObject({ frame: 0, x: 110, height: SOURCE.height / 2, source: 'manual' })
  expect(first?.y).toBeCloseTo(SOURCE.height / 4 + 1)

  await page.getByRole('button', { name: /^Resize at the bottom right/ }).focus()
  await page.keyboard.press('Shift+ArrowRight')
  await page.getByRole('slider', { name: 'Position' }).focus()
  await page.keyboard.press('c')
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('v')
  await page.keyboard.press('x')
  await expect(page.getByRole('button', { name: 'Jump here', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('textbox', { name: 'At frame' }).fill('41')
  await page.keyboard.press('Enter')
  await saved(page)
  const { keyframes } = await crop(player, projectId)
  expect(keyframes).toMatchObject([{ frame: 0 }, { frame: 40, cut: true, x: 110 }])
  expect(keyframes[0]?.width).toBeCloseTo((SOURCE.height / 2) * (9 / 16) + 10, 3)
  expect(keyframes[1]?.width).toBeCloseTo(keyframes[0]?.width ?? 0, 3)

  await page.getByRole('slider', { name: 'Position' }).focus()
  await page.keyboard.press('[')
  await expect(keyframeRows(page).nth(0)).toHaveAttribute('aria-current', 'true')
  await page.keyboard.press('Delete')
  await expect(keyframeRows(page)).toHaveCount(1)
})

test('a keyframe is dragged on the timeline, as one step to undo', async ({ page }, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await page.getByRole('radio', { name: '1:1' }).click()
  await page.getByRole('slider', { name: 'Position' }).focus()
  await page.keyboard.press('f')
  await expect(keyframeRows(page)).toHaveCount(1)
  const canvas = await page.getByRole('slider', { name: 'Position' }).boundingBox()
  if (!canvas) throw new Error('there is no timeline')
  const y = canvas.y + canvas.height - 10
  const x = (frame: number) => canvas.x + (frame / (SOURCE.seconds * SOURCE.fps)) * canvas.width
  await page.mouse.move(x(0) + 1, y)
  await page.mouse.down()
  await page.mouse.move(x(20), y, { steps: 5 })
  await page.mouse.move(x(35), y, { steps: 5 })
  await page.mouse.up()
  await saved(page)
  expect((await crop(player, projectId)).keyframes.map(({ frame }) => frame)).toEqual([35])
  await page.keyboard.press('Control+z')
  await saved(page)
  expect((await crop(player, projectId)).keyframes.map(({ frame }) => frame)).toEqual([0])
})

test('auto-crop is ordered at its price, comes in as keyframes that say why, and is undone in one step', async ({
  page,
}, info) => {
  const { player, projectId } = await opened(page, info.outputPath('match.mp4'))
  await player.topUp(500)
  await page.getByRole('radio', { name: '9:16' }).click()
  await page.getByText('Auto-crop: let the camera follow the play').click()
  await page.getByRole('button', { name: 'Follow the play' }).click()
  await expect(page.getByText('The camera path is in')).toBeVisible({ timeout: 90_000 })
  await expect(page).toHaveURL(new RegExp(`/studio/${projectId}$`))
  const [job] = await player.jobs()
  expect(job).toMatchObject({ task: 'auto_crop', params: { render: false, target_aspect: '9:16' } })
  await expect(keyframeRows(page).first()).toContainText('% sure')
  await saved(page)
  const { keyframes } = await crop(player, projectId)
  expect(keyframes.length).toBeGreaterThan(0)
  expect(keyframes.every(({ source, reason }) => source === 'auto' && reason)).toBe(true)
  await page.getByRole('slider', { name: 'Position' }).focus()
  await page.keyboard.press('Control+z')
  await expect(keyframeRows(page)).toHaveCount(0)
})

for (const [look, options] of [
  ['on a desk', {}],
  ['in the dark', { colorScheme: 'dark' as const }],
  ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: 'reduce' as const }],
] as const) {
  test(`axe finds nothing ${look}`, async ({ browser }, info) => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    await opened(page, info.outputPath('match.mp4'))
    await page.screenshot({ path: info.outputPath('begin.png') })
    await page.getByRole('radio', { name: '9:16' }).click()
    await page.getByRole('slider', { name: 'Position' }).focus()
    await page.keyboard.press('f')
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('textbox', { name: 'Across' }).fill('60')
    await page.keyboard.press('Enter')
    await saved(page)
    await page.screenshot({ path: info.outputPath('framing.png'), fullPage: true })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
    await context.close()
  })
}
