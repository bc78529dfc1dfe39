import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'
import { type Answer, EVERYWHERE, type Scene } from './scenes.ts'

export const LOOKS = [
  { name: 'desktop-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'desktop-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 360, height: 780 }, colorScheme: 'light' },
] as const
export type Look = (typeof LOOKS)[number]

export interface Shot {
  scene: string
  look: string
  image: Buffer
  /** What axe, the console or the layout has to complain about. */
  problems: string[]
}

/** Shows every scene in one look, one after another, and looks for faults on the way. */
export async function shootLook(o: {
  browser: Browser
  web: string
  look: Look
  scenes: readonly Scene[]
  storageState?: BrowserContextOptions['storageState']
  onShot: (shot: Shot) => Promise<void>
}): Promise<void> {
  const { viewport, colorScheme } = o.look
  const context = await o.browser.newContext({
    baseURL: o.web,
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    ...(o.storageState ? { storageState: o.storageState } : {}),
  })
  // `next dev` compiles a page when it is first asked for.
  context.setDefaultNavigationTimeout(120_000)
  try {
    for (const scene of o.scenes) await o.onShot(await shoot(context, scene, o.look.name))
  } finally {
    await context.close()
  }
}

async function shoot(context: BrowserContext, scene: Scene, look: string): Promise<Shot> {
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) problems.push(`console: ${message.text()}`)
  })
  try {
    await page.route('**/api/**', async (route) => {
      const { pathname } = new URL(route.request().url())
      const answer = scene.answers?.[pathname] ?? EVERYWHERE[pathname]
      if (answer === undefined) return route.continue()
      return fulfill(route, answer)
    })
    await page.goto(scene.path)
    await settle(page)
    await scene.act?.(page)
    await settle(page)
    problems.push(...(await layoutFaults(page)), ...(await axeFaults(page)))
    return { scene: scene.name, look, problems, image: await picture(page) }
  } finally {
    await page.close()
  }
}

type Route = Parameters<Parameters<Page['route']>[1]>[0]

async function fulfill(route: Route, answer: Answer): Promise<void> {
  if (answer === 'pending') return
  if ('json' in answer) return route.fulfill({ json: answer.json })
  return route.fulfill({ status: answer.status, json: { code: answer.code, message: 'As asked for by the scene.' } })
}

/** A refused request and the 404 page are what some scenes are about. */
function isExpected(text: string): boolean {
  return text.includes('Failed to load resource')
}

async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    const media = [...document.images, ...document.querySelectorAll('video')]
    const ready = (m: HTMLImageElement | HTMLVideoElement) =>
      m instanceof HTMLImageElement ? m.complete || m.loading === 'lazy' : m.readyState > 0 || m.error !== null
    const until = performance.now() + 4000
    while (!media.every(ready) && performance.now() < until) await new Promise((done) => setTimeout(done, 50))
  })
  await page.waitForTimeout(700)
}

async function layoutFaults(page: Page): Promise<string[]> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  return overflow > 0 ? [`layout: the page is ${overflow} px too wide`] : []
}

async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map((v) => `axe ${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join('; ')})`)
}

/** The whole page, but an open dialog as the screen shows it. */
async function picture(page: Page): Promise<Buffer> {
  const modal = (await page.locator('dialog[open]').count()) > 0
  return page.screenshot({ fullPage: !modal, type: 'png' })
}
