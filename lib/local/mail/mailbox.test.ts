import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { signInMail, startMailbox } from './testing/stand-in.ts'

const CHROMIUM = '/usr/bin/chromium'

test('mails are listed newest first and found by their exact recipient', async () => {
  const { control, mails, send } = await startMailbox()
  await send({ ...signInMail, subject: 'first' })
  await send({ ...signInMail, subject: 'second', to: ['mariana@example.test', 'Bo <BO@example.test>'] })
  expect((await mails()).map((mail) => mail.subject)).toEqual(['second', 'first'])
  expect((await mails('?to=ana@example.test')).map((mail) => mail.subject)).toEqual(['first'])
  expect((await mails('?to=bo@example.test')).map((mail) => mail.subject)).toEqual(['second'])
  expect((await control('DELETE', 'mails')).status).toBe(200)
  expect(await mails()).toEqual([])
})

test('the pages escape what a mail and a search bring, and allow no script', async () => {
  const { send, url } = await startMailbox()
  const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  const id = await send({ ...signInMail, subject: attack, text: attack, headers: { 'X-A': attack } })
  for (const path of ['/', `/?to=${encodeURIComponent(attack)}`, `/mails/${id}`, `/mails/${id}?view=text`]) {
    const answer = await fetch(url + path)
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src/)
    const markup = await answer.text()
    expect(markup).toContain('&lt;script&gt;')
    expect(markup).not.toMatch(/<script|<img/)
  }
  const framed = await fetch(`${url}/mails/${id}/html`)
  expect(framed.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox;/)
})

test('a foreign web page cannot read the mailbox', async () => {
  const { url } = await startMailbox()
  expect((await fetch(`${url}/_local/mails`, { headers: { origin: 'https://evil.test' } })).status).toBe(403)
})

describe.skipIf(!existsSync(CHROMIUM))('in Chromium', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  }, 30_000)
  afterAll(() => browser.close())

  async function openPage(url: string): Promise<Page> {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    await page.goto(url)
    return page
  }

  /** Stands for the product: the page a link in a mail leads to, and everything it was asked for. */
  async function startTarget() {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        '<title>arrived</title><p id="js"></p><script>document.getElementById("js").textContent = "runs"</script>',
      )
    }).listen(0, 'localhost')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return { url: `http://localhost:${address.port}`, asked }
  }

  test('a person finds a mail by a part of the recipient, reads it and follows its link', async () => {
    const target = await startTarget()
    const { send, url } = await startMailbox()
    await send({ ...signInMail, subject: 'To somebody else', to: 'bo@example.test' })
    await send({ ...signInMail, html: `<!doctype html><p><a href="${target.url}/verify">Sign in</a></p>` })
    const page = await openPage(url)
    await page.getByLabel('Recipient').fill('ana@')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.getByRole('listitem').count()).toBe(1)
    await page.getByRole('link', { name: 'Sign in' }).click()
    const opened = page.waitForEvent('popup')
    await page.frameLocator('iframe').getByRole('link', { name: 'Sign in' }).click()
    const product = await opened
    await product.waitForLoadState()
    expect(product.url()).toBe(`${target.url}/verify`)
    // The sandbox ends at the link: the product's own page works.
    expect(await product.locator('#js').textContent()).toBe('runs')
    await product.close()
  })

  test('links in the text version are links', async () => {
    const { send, url } = await startMailbox()
    const id = await send({ ...signInMail, text: 'Open http://localhost:3000/a?b=1&c=2. Bye <b>' })
    const page = await openPage(`${url}/mails/${id}`)
    await page.getByRole('link', { name: 'Text', exact: true }).click()
    const link = page.locator('pre a')
    expect(await link.getAttribute('href')).toBe('http://localhost:3000/a?b=1&c=2')
    expect(await page.locator('pre').textContent()).toBe('Open http://localhost:3000/a?b=1&c=2. Bye <b>')
  })

  test.each([
    ['light', (id: string) => `/mails/${id}?view=text`],
    ['dark', () => '/'],
  ] as const)('axe finds nothing in the %s scheme', async (colorScheme, path) => {
    const { send, url } = await startMailbox()
    const id = await send({ ...signInMail, tags: [{ name: 'kind', value: 'sign_in' }] })
    const context = await browser.newContext({ colorScheme })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(url + path(id))
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations).toEqual([])
  })

  test('a hostile mail runs nothing, not even when it is opened outside its frame', async () => {
    const target = await startTarget()
    const { send, url } = await startMailbox()
    const steal = `fetch('${target.url}/stolen'); top.document.title = 'owned'; document.title = 'owned'`
    const id = await send({
      ...signInMail,
      html: `<script>${steal}</script><svg onload="${steal}"></svg><img src="x:" onerror="${steal}">
        <iframe srcdoc="&lt;script&gt;parent.document.title='owned'&lt;/script&gt;"></iframe>
        <meta http-equiv="refresh" content="0;url=javascript:document.title='owned'">
        <img src="${target.url}/pixel"><p>end</p>`,
    })
    const framed = await openPage(`${url}/mails/${id}`)
    await framed.frameLocator('iframe').getByText('end').waitFor()
    const alone = await openPage(`${url}/mails/${id}/html`)
    await alone.getByText('end').waitFor()
    // The pixel proves that requests of this mail do arrive: the stolen one would have.
    await vi.waitFor(() => expect(target.asked.filter((path) => path === '/pixel')).toHaveLength(2))
    expect(target.asked).not.toContain('/stolen')
    expect([await framed.title(), await alone.title()]).toEqual(['Sign in · Local mailbox', ''])
  })
})
