import { writeFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { CLOUD } from './support/cloud.ts'
import { decode, makeClip, sharedClip } from './support/media.ts'
import { signInLink } from './support/player.ts'

/**
 * What a stranger does: sign in, upload a clip, see a price, top up, run, watch, download. In a browser, against the production build, with the real
 * worker; the downloaded file is decoded and compared with what was uploaded.
 */
test.describe.configure({ timeout: 300_000 })

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in' }).first().click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'E-mail me a link' }).click()
  await expect(page).toHaveURL(/\/sign-in\/sent/)
  await page.goto((await signInLink(CLOUD, email)).toString())
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/library/)
}

/** Through the file dialog every browser has; Chromium's newer one cannot be driven. */
async function upload(page: Page, file: string): Promise<void> {
  const dialog = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a video' }).click()
  await (await dialog).setFiles(file)
}

async function chooseFastTwice(page: Page): Promise<void> {
  await page.getByLabel('Model').selectOption('reelsr-fast')
  await page.getByRole('radiogroup', { name: 'Scale' }).getByText('2×').click()
}

async function topUpFiveDollars(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: 'Add credits' }).click()
  await expect(page).toHaveURL(/\/wallet/)
  await page.getByRole('radio', { name: '$5' }).first().click()
  await page.getByRole('button', { name: 'Add credits' }).click()
  await page.getByRole('button', { name: 'Succeeds', exact: true }).click()
  await page.getByRole('button', { name: /^Pay \$/ }).click()
  await expect(page.getByRole('heading', { name: /credits added/ })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('link', { name: 'Back to your clip' }).click()
}

async function download(page: Page, path: string): Promise<string> {
  const href = await page.getByRole('link', { name: 'Download' }).first().getAttribute('href')
  const response = await fetch(href ?? '')
  expect(response.headers.get('content-disposition')).toContain('attachment')
  writeFileSync(path, new Uint8Array(await response.arrayBuffer()))
  return path
}

function expectTwice(source: string, result: string): void {
  const [before, after] = [decode(source), decode(result)]
  expect([after.width, after.height]).toEqual([before.width * 2, before.height * 2])
  expect(after.timesS).toHaveLength(before.timesS.length)
  const worst = Math.max(...after.timesS.map((time, index) => Math.abs(time - (before.timesS[index] ?? 0))))
  expect(worst).toBeLessThan(0.001)
  if (before.audioSeconds === null) expect(after.audioSeconds).toBeNull()
  else expect(Math.abs((after.audioSeconds ?? 0) - before.audioSeconds)).toBeLessThan(0.05)
}

interface StatementLine {
  kind: string
  spendable_change_micros: number
  held_change_micros: number
}

/** Transfers add up to the balance, and the job took exactly what its receipt says. */
async function expectBooksRight(page: Page, jobId: string): Promise<void> {
  const wallet = await (await page.request.get('/api/wallet')).json()
  const { entries } = (await (await page.request.get('/api/wallet/statement')).json()) as { entries: StatementLine[] }
  const receipt = await (await page.request.get(`/api/jobs/${jobId}/receipt`)).json()
  const sum = (key: 'spendable_change_micros' | 'held_change_micros') =>
    entries.reduce((total, line) => total + line[key], 0)
  expect(sum('spendable_change_micros')).toBe(wallet.spendable_micros)
  expect(sum('held_change_micros')).toBe(0)
  expect(wallet.held_micros).toBe(0)
  expect(receipt.captured_micros + receipt.released_micros).toBe(receipt.ceiling_micros)
  expect(wallet.spendable_micros).toBe(5_000_000 - receipt.captured_micros)
}

async function wholeJourney(page: Page, source: string, folder: (name: string) => string): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showOpenFilePicker'))
  await signIn(page, `journey-${Date.now()}@example.test`)
  await upload(page, source)
  const name = source.split('/').at(-1) ?? ''
  await expect(page.getByRole('heading', { name, level: 3 })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name }).first().click()
  await expect(page).toHaveURL(/\/library\/ast_/)

  await chooseFastTwice(page)
  await topUpFiveDollars(page)
  await chooseFastTwice(page)
  await page.getByRole('button', { name: 'Run upscale' }).click()
  await expect(page).toHaveURL(/\/jobs\/job_/)
  const jobId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await expect(page.getByRole('region', { name: 'Result' })).toBeVisible({ timeout: 200_000 })

  expectTwice(source, await download(page, folder('result.mp4')))
  await expectBooksRight(page, jobId)
  await page.getByRole('link', { name: 'Receipt' }).first().click()
  await expect(page.getByText('How the amount came about')).toBeVisible()
}

test('from a fresh visit to a downloaded, correct result: a generated clip with sound', async ({ page }, info) => {
  const source = makeClip(info.outputPath('training-match.mp4'), { width: 480, height: 270, seconds: 3 })
  await wholeJourney(page, source, (name) => info.outputPath(name))
})

test('from a fresh visit to a downloaded, correct result: a real match', async ({ page }, info) => {
  const source = sharedClip('sports/mafeuz_football.mp4')
  test.skip(source === null, 'the real clips are not on this machine (set SHARED_DIR)')
  await wholeJourney(page, source ?? '', (name) => info.outputPath(name))
})

test('a file that is no video is refused with a reason, and nothing is charged', async ({ page }, info) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showOpenFilePicker'))
  await signIn(page, `corrupt-${Date.now()}@example.test`)
  const file = info.outputPath('broken.mp4')
  writeFileSync(file, 'this is not a video, whatever its name says. '.repeat(2_000))
  await upload(page, file)
  const uploads = page.getByRole('region', { name: /uploads/i })
  await expect(uploads.getByText('broken.mp4', { exact: true })).toBeVisible()
  await expect(uploads).toContainText(/not a video|cannot|can’t|damaged|recogni/i)
  expect(await (await page.request.get('/api/wallet/statement')).json()).toMatchObject({ entries: [] })
})
