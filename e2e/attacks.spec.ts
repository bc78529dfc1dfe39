import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { MeView } from '#lib/contracts/api/account.ts'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { AssetView } from '#lib/contracts/api/uploads.ts'
import { CLOUD } from './support/cloud.ts'
import { makeClip } from './support/media.ts'
import { pageAddress, pagePatterns } from './support/pages.ts'
import { newPlayer, type Player, playerAt, signInLink } from './support/player.ts'

const ADMIN = 'admin@reelballers.test'
/** Would run where a text is taken for HTML. Without a slash: what stands before one is cut off a file's name. */
const SCRIPTED = '"><img src=x onerror=window.attacked=1><svg onload=window.attacked=1>'

declare global {
  interface Window {
    attacked?: number
    violations?: string[]
  }
}

let player: Player
let asset: AssetView
let jobId: string
let topUpId: string
let projectId: string

test.beforeAll(async () => {
  const path = test.info().outputPath('clip.mp4')
  player = await newPlayer()
  asset = await player.upload(makeClip(path, { seconds: 1 }))
  await player.topUp(1000)
  const [entry] = await player.statement()
  topUpId = entry?.top_up_id ?? ''
  jobId = (await player.run(asset.id)).id
  projectId = (await player.post('/api/projects', { asset_id: asset.id }, ProjectView)).id
})

async function enterAs(page: Page, who: Player): Promise<void> {
  await page.context().addCookies((await who.api.storageState()).cookies)
}

/** What the page's own policy refused, as the browser reports it. */
async function watchPolicy(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    window.violations = []
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations?.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
    })
  })
  return () => page.evaluate(() => window.violations ?? [])
}

const addressOf = (pattern: string) =>
  pageAddress(pattern, { library: asset.id, jobs: jobId, studio: projectId, 'top-up': topUpId })

test.describe('on every page there is', () => {
  for (const pattern of pagePatterns()) {
    test(`${pattern}: nothing it does is refused by its policy, and nothing planted runs`, async ({ page }) => {
      await enterAs(page, pattern.startsWith('/admin') ? await playerAt(ADMIN) : player)
      const violations = await watchPolicy(page)
      const response = await page.goto(addressOf(pattern))
      expect(response?.status()).toBeLessThan(500)
      await page.waitForLoadState('networkidle')
      expect(await violations()).toEqual([])

      await page.evaluate(async () => {
        const script = document.createElement('script')
        script.textContent = 'window.attacked = 1'
        const remote = document.createElement('script')
        remote.src = 'data:text/javascript,window.attacked=1'
        const holder = document.createElement('div')
        holder.innerHTML = '<img src="data:," onerror="window.attacked=1"><a href="javascript:window.attacked=1">x</a>'
        document.body.append(script, remote, holder)
        // Later, because the debugger that runs this very function may eval whatever the policy says.
        setTimeout(() => {
          holder.querySelector('a')?.click()
          // biome-ignore lint/security/noGlobalEval: the attack itself
          window.eval('window.attacked = 1')
        })
        await new Promise((resolve) => setTimeout(resolve, 100))
      })
      expect(await page.evaluate(() => window.attacked)).toBeUndefined()
      expect((await violations()).length).toBeGreaterThanOrEqual(3)
    })
  }
})

test('policies name no source that would let planted scripts run, and only the studio is isolated', async ({
  request,
}) => {
  for (const pattern of pagePatterns()) {
    const headers = (await request.get(addressOf(pattern), { maxRedirects: 0 })).headers()
    const policy = headers['content-security-policy'] ?? ''
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect(scripts, pattern).toMatch(/'(?:nonce|sha256)-/)
    expect(scripts, pattern).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*|https?:|data:|blob:/)
    expect(policy).toContain("object-src 'none'")
    expect(policy).toContain("base-uri 'none'")
    const isolated = /^\/studio(\/|$)/.test(pattern)
    expect(headers['cross-origin-embedder-policy'], pattern).toBe(isolated ? 'require-corp' : undefined)
    expect(headers['cross-origin-opener-policy'], pattern).toBe(isolated ? 'same-origin' : undefined)
  }
})

test('the studio has threads to itself and still gets its video; other pages are not isolated', async ({ page }) => {
  await enterAs(page, player)
  const media: number[] = []
  page.on('response', (response) => {
    if (response.url().startsWith(CLOUD.s3)) media.push(response.status())
  })
  await page.goto(`/studio/${projectId}`)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await expect.poll(() => media.some((status) => status === 200 || status === 206)).toBe(true)
  await page.goto('/library')
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
})

test('names that are scripts are shown as the text they are', async ({ page }) => {
  const headers = { 'content-type': 'application/json' }
  const renamed = await player.api.patch(`/api/assets/${asset.id}`, { data: { file_name: SCRIPTED }, headers })
  const shown = AssetView.parse(await renamed.json()).file_name
  expect(shown).toContain('onerror')
  const me = await player.api.patch('/api/me', { data: { name: SCRIPTED }, headers })
  if (me.ok()) expect(MeView.parse(await me.json()).name).toContain('onerror')
  await enterAs(page, player)
  const violations = await watchPolicy(page)
  let found = 0
  for (const path of [
    '/library',
    `/library/${asset.id}`,
    '/jobs',
    `/jobs/${jobId}`,
    `/jobs/${jobId}/receipt`,
    '/account',
    '/wallet',
  ]) {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
    found += await page.getByText('onerror').count()
    expect(await page.evaluate(() => window.attacked), path).toBeUndefined()
    expect(await violations(), path).toEqual([])
  }
  expect(found).toBeGreaterThan(1)
})

test('the token of a sign-in link is in no Referer', async ({ page }) => {
  const email = `referred-${Date.now()}@example.test`
  await page.request.post('/api/auth/signin/email', {
    form: { email, callbackUrl: '' },
    headers: { origin: CLOUD.web },
  })
  const link = await signInLink(CLOUD, email)
  const token = link.searchParams.get('token') ?? ''
  const referers: string[] = []
  page.on('request', (request) => {
    void request.allHeaders().then(
      (headers) => referers.push(headers.referer ?? ''),
      () => undefined,
    )
  })
  await page.goto(link.href)
  await page.waitForLoadState('networkidle')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/library')
  expect(referers.length).toBeGreaterThan(3)
  expect(referers.filter((referer) => referer.includes(token) || referer.includes('/sign-in/'))).toEqual([])
})

test.describe('a page of another site', () => {
  let evil: Server
  let evilOrigin: string
  let html = ''
  test.beforeAll(async () => {
    evil = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    })
    await new Promise<void>((resolve) => evil.listen(0, () => resolve()))
    // Another port of the same host: a stranger by origin, but the same site, so that cookies do travel.
    evilOrigin = `http://localhost:${(evil.address() as AddressInfo).port}`
  })
  test.afterAll(() => evil.close())

  test('can post forms and fetch with the user’s cookies, and changes nothing', async ({ page }) => {
    await enterAs(page, player)
    const [wallet, jobs] = [await player.wallet(), await player.jobs()]
    html = `<form id="f" method="post" action="${CLOUD.web}/api/auth/signout"><input name="callbackUrl" value="/"></form>
      <form id="g" method="post" enctype="text/plain" action="${CLOUD.web}/api/jobs/${jobId}/cancel"><input name='{"shown_price_micros":1,"x":"' value='"}'></form>`
    await page.goto(evilOrigin)
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().startsWith(CLOUD.web)) statuses.push(response.status())
    })
    for (const id of ['f', 'g']) {
      await page.goto(evilOrigin)
      await Promise.all([
        page.waitForURL(`${CLOUD.web}/**`),
        page.evaluate((form) => {
          const found = document.getElementById(form)
          if (found instanceof HTMLFormElement) found.submit()
        }, id),
      ])
    }
    expect(statuses.filter((status) => status === 403).length).toBeGreaterThanOrEqual(2)
    await page.goto(evilOrigin)
    const read = await page.evaluate(async (url) => {
      const init: RequestInit = { credentials: 'include', mode: 'no-cors', method: 'POST', body: '{}' }
      // Sent all the same, whether or not the answer may be seen.
      await fetch(`${url}/api/debit`, init).catch(() => null)
      return fetch(`${url}/api/wallet`, { credentials: 'include' }).then(
        () => 'read',
        () => 'refused',
      )
    }, CLOUD.web)
    expect(read).toBe('refused')
    expect((await player.api.get('/api/me')).status()).toBe(200)
    expect((await player.wallet()).available_micros).toBe(wallet.available_micros)
    expect((await player.jobs()).map((job) => job.id)).toEqual(jobs.map((job) => job.id))
  })

  test('cannot show the app in a frame', async ({ page }) => {
    await enterAs(page, player)
    html = `<iframe src="${CLOUD.web}/wallet"></iframe>`
    await page.goto(evilOrigin)
    await page.waitForLoadState('networkidle')
    const framed = page.frames().find((frame) => frame !== page.mainFrame())
    expect(framed?.url()).not.toContain('/wallet')
  })
})

test('a body that trickles in is given up on, and the server goes on', async ({ request }) => {
  const { hostname, port } = new URL(CLOUD.web)
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    const head = ['POST /api/webhook/stripe HTTP/1.1', `Host: ${hostname}:${port}`, 'Content-Length: 1000', '', '{']
    socket.on('connect', () => socket.write(head.join('\r\n')))
    socket.on('data', (chunk) => {
      text += chunk.toString()
      if (text.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 408/)
  expect((await request.get('/api/health')).status()).toBe(200)
})
