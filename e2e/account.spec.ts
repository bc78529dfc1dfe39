import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { z } from 'zod'
import { DeletionPreview, MeView, SessionView } from '#lib/contracts/api/account.ts'
import { AssetList } from '#lib/contracts/api/uploads.ts'
import { CLOUD, steer } from './support/cloud.ts'
import { makeClip } from './support/media.ts'
import { type Player, playerAt, signInLink } from './support/player.ts'

const cloud = steer(CLOUD)
const newAddress = () => `member-${randomUUID().slice(0, 8)}@example.test`

/** A browser that is signed in as this player is. */
async function browserOf(browser: Browser, player: Player, userAgent?: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: CLOUD.web,
    ...(userAgent && { userAgent }),
    storageState: await player.api.storageState(),
  })
  return await context.newPage()
}

test('someone signed in on two browsers ends one from the other, then all others at once', async ({ browser }) => {
  const email = newAddress()
  const laptop = await playerAt(email)
  const phone = await playerAt(email)
  const [onLaptop, onPhone] = [await browserOf(browser, laptop), await browserOf(browser, phone)]
  await onPhone.goto('/library')
  await onLaptop.goto('/account')
  const panel = onLaptop.getByRole('region', { name: 'Where you are signed in' })
  await expect(panel.getByRole('listitem')).toHaveCount(2)
  await expect(panel.getByText('This device')).toHaveCount(1)
  await panel.getByRole('button', { name: /^End session/ }).click()
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  await onPhone.goto('/library')
  await expect(onPhone).toHaveURL(/\/sign-in\?callbackUrl=%2Flibrary/)

  const others = [await playerAt(email), await playerAt(email)]
  await onLaptop.reload()
  await expect(panel.getByRole('listitem')).toHaveCount(3)
  await panel.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  for (const other of others) expect((await other.api.get('/api/me')).status()).toBe(401)
  expect(await laptop.get('/api/sessions', z.array(SessionView))).toHaveLength(1)
})

test('a name is kept, and all data comes as one file whose links work', async ({ browser }, info) => {
  const player = await playerAt(newAddress())
  const asset = await player.upload(makeClip(info.outputPath('match.mp4'), { seconds: 1 }))
  await player.topUp(500)
  const page = await browserOf(browser, player)
  await page.goto('/account')
  await page.getByLabel('Name', { exact: true }).fill('  Ada Striker ')
  await page.getByRole('button', { name: 'Save name' }).click()
  await expect(page.getByRole('button', { name: 'Saved' })).toBeVisible()
  expect((await player.get('/api/me', MeView)).name).toBe('Ada Striker')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download my data' }).click()
  const file = await (await download).path()
  const Export = z.looseObject({
    profile: z.array(z.looseObject({ email: z.string(), name: z.string() })),
    files: z.array(z.looseObject({ id: z.string(), download_url: z.url() })),
    statement: z.array(z.looseObject({ kind: z.string() })),
  })
  const data = Export.parse(JSON.parse(await readFile(file, 'utf8')))
  expect(data.profile).toMatchObject([{ email: player.email, name: 'Ada Striker' }])
  expect(data.files.map(({ id }) => id)).toEqual([asset.id])
  expect(data.statement.map(({ kind }) => kind)).toEqual(['top_up'])
  const stored = await fetch(data.files[0]?.download_url ?? '')
  expect((await stored.arrayBuffer()).byteLength).toBe(asset.bytes)
})

test('a deleted account is gone, and the same address begins anew with nothing', async ({ browser }, info) => {
  const email = newAddress()
  const player = await playerAt(email)
  const elsewhere = await playerAt(email)
  await player.upload(makeClip(info.outputPath('match.mp4'), { seconds: 1 }))
  await player.topUp(500)
  const { id } = await player.get('/api/me', MeView)
  expect(await cloud.storedKeys(`users/${id}/`)).not.toEqual([])

  const page = await browserOf(browser, player)
  await page.goto('/account')
  await page.getByRole('link', { name: 'Delete account' }).click()
  await expect(page.getByText('One video')).toBeVisible()
  const button = page.getByRole('button', { name: 'Delete my account' })
  await expect(button).toBeDisabled()
  await page.getByLabel('Type your address to confirm').fill(email)
  await expect(button).toBeDisabled()
  await page.getByRole('checkbox', { name: /I give up/ }).check()
  await button.click()
  await expect(page).toHaveURL(/\/account-deleted$/)
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible()
  for (const signedIn of [player, elsewhere]) expect((await signedIn.api.get('/api/me')).status()).toBe(401)
  await expect.poll(() => cloud.storedKeys(`users/${id}/`)).toEqual([])
  expect((await cloud.mailsTo(email))[0]?.subject).toBe('Your ReelBallers account is deleted')
  await page.goto('/account')
  await expect(page).toHaveURL(/\/sign-in/)

  const anew = await playerAt(email)
  expect((await anew.get('/api/me', MeView)).id).not.toBe(id)
  expect((await anew.get('/api/assets', AssetList)).assets).toEqual([])
  expect(await anew.statement()).toEqual([])
  expect((await anew.wallet()).available_micros).toBe(0)
  expect(await anew.get('/api/sessions', z.array(SessionView))).toHaveLength(1)
})

test('deleting by an old sign-in, or with more credit than was shown, is refused by the server', async () => {
  const player = await playerAt(newAddress())
  await player.topUp(500)
  const preview = await player.get('/api/account/deletion', DeletionPreview)
  expect(preview).toMatchObject({ signed_in_recently: true, blocks: [], available_micros: 5_000_000 })
  const body = { email: player.email, forfeit_micros: preview.available_micros - 1 }
  expect(await player.refusal('post', '/api/account/deletion', body)).toMatchObject({
    code: 'credit_left',
    status: 409,
  })
  const wrong = { email: 'someone.else@example.test', forfeit_micros: preview.available_micros }
  expect(await player.refusal('post', '/api/account/deletion', wrong)).toMatchObject({ code: 'invalid_request' })
  expect((await player.api.get('/api/me')).status()).toBe(200)
})

test('a link that a scanner opens signs nobody in; its button does, once, and never into a session that was planted', async ({
  browser,
}) => {
  const email = newAddress()
  const context = await browser.newContext({ baseURL: CLOUD.web })
  const planted = { name: 'session', value: 'f'.repeat(64), url: CLOUD.web }
  await context.addCookies([planted])
  const page = await context.newPage()
  await page.goto('/sign-in?callbackUrl=/account')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'E-mail me a link' }).click()
  await expect(page).toHaveURL(/\/sign-in\/sent/)
  const link = await signInLink(CLOUD, email)
  for (let opened = 0; opened < 3; opened++) expect((await fetch(link)).headers.get('set-cookie')).toBeNull()
  await page.goto(link.href)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/account$/)
  const session = (await context.cookies()).find((cookie) => cookie.name === 'session')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  expect(session?.value).not.toBe(planted.value)
  const finder = await (await browser.newContext({ baseURL: CLOUD.web })).newPage()
  await finder.goto(link.href)
  await finder.getByRole('button', { name: 'Sign in' }).click()
  await expect(finder).toHaveURL(/error=link_expired/)
  await expect(finder.getByText('That link no longer works')).toBeVisible()
})
