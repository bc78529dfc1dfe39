import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { users } from '#db/schema/accounts.ts'
import { USUAL_ACCOUNT_POLICY } from '#lib/core/accounts/account-policy.ts'
import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { USUAL_SPENDING_POLICY } from '#lib/core/spending/spending-policy.ts'
import { startMail } from '#lib/local/mail/server.ts'
import { startS3 } from '#lib/local/s3/server.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import { newId } from '#lib/platform/ids.ts'
import { createResendMail } from '#lib/providers/mail/resend.ts'
import { createR2Storage } from '#lib/providers/storage/r2.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'

const APP_URL = 'http://localhost:8788'
const STORE = { bucket: 'reels', accessKeyId: 'test-key', secretAccessKey: 'test-secret' }

/** A mail as the mailbox has it. */
export interface ReceivedMail {
  subject: string
  text: string
  html: string
}

export interface TestServices {
  ctx: Ctx
  db: TestDb
  storeUrl: string
  /** Base of the mail API; its key is `re_test`. */
  mailUrl: string
  /** The configuration the app would have for this store, e.g. to reach it from another process. */
  storeConfig: { endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: string }
  /** A new user, and a context signed in as them. */
  newUser(email?: string): Promise<UserCtx>
  /** Moves the clock of `ctx` forward. */
  advance(ms: number): void
  /** Spoils the store's next requests; see lib/local/s3/faults.ts. */
  spoilStore(fault: object): Promise<void>
  /** Puts other bytes under a key behind the application's back. */
  replaceObject(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  storedKeys(prefix: string): Promise<string[]>
  /** Newest first. */
  mailsTo(address: string): Promise<ReceivedMail[]>
  /** Makes the next sends fail with this status. */
  spoilMail(status: number): Promise<void>
  close(): Promise<void>
}

/** Services on a real D1, a store that speaks S3 and a mailbox that speaks Resend. Nothing else of the cloud is there. */
export async function openTestServices(): Promise<TestServices> {
  const dataDir = await mkdtemp(join(tmpdir(), 'services-'))
  const [db, s3, post] = await Promise.all([
    openTestDb(),
    startS3({ port: 0, dataDir: join(dataDir, 's3'), allowedOrigins: [APP_URL], ...STORE }),
    startMail({ port: 0, dataDir: join(dataDir, 'mail'), apiKey: 're_test' }),
  ])
  const storeConfig = { endpoint: s3.url, ...STORE }
  const clock = { aheadMs: 0 }
  const ctx: Ctx = {
    db: db.db,
    nowMs: () => Date.now() + clock.aheadMs,
    newId,
    log: () => undefined,
    settings: SETTINGS,
    storage: createR2Storage(storeConfig),
    mail: createResendMail({ apiBase: post.url, apiKey: 're_test', from: SETTINGS.mailFrom }),
    compute: absent<Ctx['compute']>('compute'),
    payments: absent<Ctx['payments']>('payments'),
  }
  return {
    ctx,
    db,
    storeUrl: s3.url,
    mailUrl: post.url,
    storeConfig,
    newUser: (email) => insertUser(ctx, email),
    advance: (ms) => {
      clock.aheadMs += ms
    },
    ...steering(s3.url, post.url),
    async close() {
      await Promise.all([db.close(), s3.close(), post.close()])
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const SETTINGS: Ctx['settings'] = {
  appUrl: APP_URL,
  callbackSecrets: ['a-callback-secret-of-at-least-32-characters'],
  claimSecret: 'a-claim-secret-of-at-least-32-characters',
  runpodEndpointId: 'endpoint',
  gpuClass: 'rtx-4000-ada',
  gpuModels: ['reelsr-std', 'reelsr-fast'],
  dispatchUnknownMs: 60_000,
  statusMaxAgeMs: 10_000,
  maxQueueWaitMs: 7_200_000,
  minExecutionTimeoutMs: 300_000,
  ttlMarginMs: 60_000,
  holdMarginMs: 600_000,
  retryBackoffMs: 1,
  rateLimits: RATE_LIMITS,
  mailFrom: 'ReelBallers <hello@reelballers.test>',
  adminEmails: ['admin@reelballers.test'],
  accounts: USUAL_ACCOUNT_POLICY,
  spending: USUAL_SPENDING_POLICY,
}

/** A part of the cloud that these tests do not have: touching it is a mistake. */
function absent<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get() {
      throw new Error(`there is no ${name} in these tests`)
    },
  })
}

async function insertUser(ctx: Ctx, email?: string): Promise<UserCtx> {
  const userId = ctx.newId('usr')
  await ctx.db.insert(users).values({ id: userId, email: email ?? `${userId}@example.com`, createdAtMs: ctx.nowMs() })
  return { ...ctx, userId }
}

function steering(storeUrl: string, mailUrl: string) {
  return {
    async spoilStore(fault: object) {
      await send(`${storeUrl}/_local/faults`, 'POST', JSON.stringify(fault))
    },
    async replaceObject(key: string, bytes: Uint8Array<ArrayBuffer>) {
      await send(`${storeUrl}/_local/objects/${key}`, 'PUT', bytes)
    },
    async storedKeys(prefix: string) {
      const reply = await send(`${storeUrl}/_local/objects?prefix=${encodeURIComponent(prefix)}`, 'GET')
      const { objects } = (await reply.json()) as { objects: { key: string }[] }
      return objects.map((object) => object.key)
    },
    async mailsTo(address: string) {
      const reply = await send(`${mailUrl}/_local/mails?to=${encodeURIComponent(address)}`, 'GET')
      return ((await reply.json()) as { mails: ReceivedMail[] }).mails
    },
    async spoilMail(status: number) {
      await send(`${mailUrl}/_local/faults`, 'POST', JSON.stringify({ status, times: 1 }))
    },
  }
}

async function send(url: string, method: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const response = await fetch(url, { method, body })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
  return response
}
