import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Page } from '@playwright/test'
import { build } from 'esbuild'

export interface ChromiumPage {
  readonly page: Page
  close(): Promise<void>
}

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
/** As the studio is served: shared memory needs an isolated page. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/**
 * A page that runs a module in Chromium, isolated as the studio is, with files of this machine beside it.
 * @param entry the module, bundled
 * @param files names under the page's origin and the files they stand for; workers' sources are bundled, too
 */
export async function openChromium(entry: string, files: Readonly<Record<string, string>>): Promise<ChromiumPage> {
  const script = await bundle(entry)
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '/').slice(1)
    const file = files[name]
    if (name === '') response.writeHead(200, { ...ISOLATED, 'content-type': 'text/html' }).end(HTML)
    else if (name === 'entry.js') response.writeHead(200, SCRIPT).end(script)
    else if (file?.endsWith('.ts')) response.writeHead(200, { ...ISOLATED, ...SCRIPT }).end(await bundle(file))
    else if (file !== undefined) response.writeHead(200).end(await readFile(file))
    else response.writeHead(404).end()
  })
  const origin = await listen(server)
  const browser = await chromium.launch({ executablePath: PATH, args: ARGS })
  const close = async () => {
    await browser.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await page.waitForFunction(() => 'isReady' in globalThis)
    return { page, close }
  } catch (error) {
    await close()
    throw error
  }
}

const SCRIPT = { 'content-type': 'text/javascript' }

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

const HTML =
  '<!doctype html><meta charset="utf-8"><title>Preview</title><script type="module" src="/entry.js"></script>'

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}
