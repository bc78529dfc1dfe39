import { expect, type Page, test } from '@playwright/test'
import { makeClip } from './support/media.ts'
import { newPlayer } from './support/player.ts'

/** What the browser refused because of the content security policy, from now on. */
function collectRefusals(page: Page): string[] {
  const refusals: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refusals.push(`${page.url()}: ${message.text()}`)
  })
  return refusals
}

test('no page of a signed-in user asks for what its policy refuses', async ({ page, context }, info) => {
  const player = await newPlayer()
  await player.upload(makeClip(info.outputPath('one-second.mp4'), { seconds: 1 }))
  await context.addCookies((await player.api.storageState()).cookies)
  const refusals = collectRefusals(page)
  let menus = 0
  for (const path of ['/library', '/jobs', '/wallet', '/account']) {
    const response = await page.goto(path)
    expect(response?.status(), path).toBe(200)
    expect(response?.headers()['content-security-policy']).toMatch(/script-src [^;]*'nonce-/)
    await page.waitForLoadState('networkidle')
    for (const menu of await page.locator('[aria-haspopup="menu"]:visible').all()) {
      await menu.click()
      await expect(page.getByRole('menu')).toBeVisible()
      await page.keyboard.press('Escape')
      menus += 1
    }
  }
  expect(menus).toBeGreaterThan(0)
  expect(refusals).toEqual([])
})
