import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { topUps } from '#db/schema/ledger.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { createStripePayments, type StripeConfig } from '#lib/providers/payments/stripe.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { createTopUp } from '#lib/services/wallet/create-top-up.ts'
import { readTopUp } from '#lib/services/wallet/read-top-up.ts'
import { receiveStripeEvent } from '#lib/services/wallet/receive-stripe-event.ts'
import { addUser, walletCtx } from '#lib/services/wallet/wallet-fixture.ts'
import { type StripeServer, startStripe } from './stripe/server.ts'
import { openTestDb, type TestDb } from './test-db.ts'

const SECRET_KEY = 'sk_test_wallet'
const WEBHOOK_SECRET = 'whsec_wallet'

/** A top-up that was paid by card and credited. */
export interface Paid {
  user: UserCtx
  topUpId: string
  sessionId: string
  paymentIntentId: string
  chargeId: string
}

/** The books on a real D1, and a Stripe that speaks the real protocol and delivers to the real handlers. */
export interface StripeWorld {
  ctx: Ctx
  db: TestDb
  stripe: StripeServer
  /** How far our clock is ahead of Stripe's. */
  clock: { aheadMs: number }
  /** A credited top-up of a new user, or of `user`. */
  pay(options?: { cents?: number; user?: UserCtx; card?: string }): Promise<Paid>
  /** Waits until everything that Stripe has sent so far is answered with 2xx. */
  allDelivered(): Promise<void>
  close(): Promise<void>
}

export async function openStripeWorld(
  options: Partial<StripeConfig> & { asyncDelayMs?: number } = {},
): Promise<StripeWorld> {
  const { asyncDelayMs = 3_600_000, ...config } = options
  const db = await openTestDb()
  const dataDir = await mkdtemp(join(tmpdir(), 'wallet-stripe-'))
  const webhook = await listen((request) => deliver(ctx, request))
  const stripe = await startStripe({
    port: 0,
    dataDir,
    secretKey: SECRET_KEY,
    webhookUrl: `http://localhost:${(webhook.address() as AddressInfo).port}/`,
    webhookSecret: WEBHOOK_SECRET,
    retryDelaysMs: Array.from({ length: 50 }, () => 100),
    asyncDelayMs,
  })
  const keys = { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, apiBase: stripe.url, livemode: false }
  const clock = { aheadMs: 0 }
  const payments = createStripePayments({ ...keys, ...config })
  const ctx: Ctx = { ...walletCtx(db.db, { payments }), nowMs: () => Date.now() + clock.aheadMs }
  const allDelivered = async () => {
    const open = () => stripe.control.state().deliveries.filter((delivery) => delivery.state === 'pending').length
    await expect.poll(open, { timeout: 30_000 }).toBe(0)
  }
  return {
    ctx,
    db,
    stripe,
    clock,
    pay: (given = {}) => pay(ctx, stripe, allDelivered, given),
    allDelivered,
    async close() {
      await stripe.close()
      webhook.close()
      await rm(dataDir, { recursive: true, force: true })
      await db.close()
    },
  }
}

async function listen(answer: (request: IncomingMessage) => Promise<number>): Promise<Server> {
  const server = createServer(async (request, response) => {
    response.writeHead(await answer(request)).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function deliver(ctx: Ctx, request: IncomingMessage): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const rawBody = Buffer.concat(chunks).toString('utf8')
  try {
    const signature = String(request.headers['stripe-signature'])
    const { state } = await receiveStripeEvent({ ctx, input: { rawBody, signature } })
    return state === 'failed' ? 500 : 200
  } catch (error) {
    return error instanceof AppError ? error.status : 500
  }
}

async function pay(
  ctx: Ctx,
  stripe: StripeServer,
  allDelivered: () => Promise<void>,
  { cents = 1_000, user, card }: { cents?: number; user?: UserCtx; card?: string },
): Promise<Paid> {
  const owner = user ?? { ...(await addUser(ctx)), nowMs: ctx.nowMs }
  const click = { amount_cents: cents, click_id: randomUUID(), address: null }
  const { top_up_id: topUpId } = await createTopUp({ ctx: owner, input: click })
  const read = async () => (await ctx.db.select().from(topUps).where(eq(topUps.id, topUpId)))[0]
  const sessionId = (await read())?.checkoutSessionId ?? ''
  stripe.control.pay(sessionId, card === undefined ? {} : { card })
  const state = async () => (await readTopUp({ ctx: owner, input: { topUpId } })).state
  await expect.poll(state, { timeout: 30_000 }).toBe('credited')
  await allDelivered()
  const row = await read()
  if (!row?.paymentIntentId || !row.chargeId) throw new Error('the top-up does not know its payment')
  return { user: owner, topUpId, sessionId, paymentIntentId: row.paymentIntentId, chargeId: row.chargeId }
}
