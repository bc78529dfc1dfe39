import { expect, test } from '@playwright/test'

test('the home page renders without a word on the console', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => complaints.push(error.message))

  const response = await page.goto('/')
  expect(response?.status()).toBe(200)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  // Scripts that a policy blocks complain when they load, and hydration when it starts.
  await page.waitForLoadState('networkidle')
  expect(complaints).toEqual([])
})

for (const path of ['/', '/no-such-page', '/api/health']) {
  test(`${path} carries the security headers`, async ({ request }) => {
    const headers = (await request.get(path)).headers()
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(/script-src [^;]*'unsafe-inline'/.test(policy)).toBe(false)
    expect(/script-src [^;]*'unsafe-eval'/.test(policy)).toBe(false)
    expect(headers).not.toHaveProperty('x-powered-by')
  })
}

test('a script that somebody injects into a page does not run', async ({ page }) => {
  await page.goto('/')
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
    return 'injected' in window
  })
  expect(ran).toBe(false)
})

test('an address that leads nowhere says so, without a word on the console but the 404', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const response = await page.goto('/no-such-page')
  expect(response?.status()).toBe(404)
  await page.waitForLoadState('networkidle')
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
})

test('workers of an isolated page may load the app’s chunks', async ({ page, request }) => {
  await page.goto('/')
  const chunk = await page.locator('script[src^="/_next/static/"]').first().getAttribute('src')
  const headers = (await request.get(chunk ?? '')).headers()
  expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
  expect(headers['cache-control']).toContain('immutable')
})
