import type { IncomingMessage, ServerResponse } from 'node:http'
import { CheckoutHandler } from './checkout/checkout-handler.ts'
import { Control } from './control/control.ts'
import { handleControl } from './control/control-handler.ts'
import { listenOnLoopback } from './listen.ts'
import { ApiHandler } from './wire/api-handler.ts'
import { World } from './world.ts'

export interface StripeOptions {
  /** 0 takes a free one. */
  port: number
  /** Where the state lives; a second server on the same folder would destroy it. */
  dataDir: string
  /** `sk_test_…` */
  secretKey: string
  webhookUrl: string
  /** `whsec_…` */
  webhookSecret: string
  /** Waiting times between attempts to deliver an event. */
  retryDelaysMs?: readonly number[]
  /** How long bank debits, disputes of test cards, payouts and the like take. */
  asyncDelayMs?: number
  /** Milliseconds since 1970; tests bring their own. */
  clock?: () => number
}

export interface StripeServer {
  url: string
  control: Control
  close(): Promise<void>
}

const RETRY_DELAYS_MS = [1000, 2000, 5000, 15_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000]
const ASYNC_DELAY_MS = 5000

/** Starts the local Stripe on `http://localhost:PORT`. @throws when the port is taken or a key is not a test key */
export async function startStripe(options: StripeOptions): Promise<StripeServer> {
  if (!options.secretKey.startsWith('sk_test_')) throw new Error('The secret key must start with sk_test_')
  if (!options.webhookSecret.startsWith('whsec_')) throw new Error('The webhook secret must start with whsec_')
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => {}
  const listening = await listenOnLoopback(options.port, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  // Opened only once the port is ours: two servers must never write the same journal.
  const url = `http://localhost:${listening.port}`
  const world = await openWorld(options, url).catch(async (error: unknown) => {
    await listening.close()
    throw error
  })
  const api = new ApiHandler(world, options.secretKey)
  const control = new Control(world, api.faults)
  handle = router(api, new CheckoutHandler(world), control)
  world.start()
  const close = async () => {
    await listening.close()
    await world.close()
  }
  return { url, control, close }
}

async function openWorld(options: StripeOptions, baseUrl: string): Promise<World> {
  return new World({
    ...options,
    baseUrl,
    clock: options.clock ?? Date.now,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
    asyncDelayMs: options.asyncDelayMs ?? ASYNC_DELAY_MS,
  })
}

function router(api: ApiHandler, checkout: CheckoutHandler, control: Control) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!isLocalHost(request.headers.host)) {
      response.writeHead(421).end('This server answers to localhost only.\n')
      return
    }
    if (url.pathname.startsWith('/v1/')) return api.handle(request, response, url)
    if (url.pathname.startsWith('/_local/')) return handleControl(control, request, response, url)
    const { status, headers, body } = await checkout.handle(request, url)
    response.writeHead(status, headers).end(body)
  }
}

/** Foreign names that resolve to this machine (DNS rebinding) are not served. */
function isLocalHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '')
}
