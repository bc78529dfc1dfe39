import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { type APIRequestContext, expect, request } from '@playwright/test'
import type { z } from 'zod'
import { JobList, JobView, QuoteView, ReceiptView } from '#lib/contracts/api/jobs.ts'
import { SIGN_IN_PATHS } from '#lib/contracts/api/sign-in.ts'
import { AssetView, SignedParts, UploadView } from '#lib/contracts/api/uploads.ts'
import { Statement, TopUpView, WalletView } from '#lib/contracts/api/wallet.ts'
import { ErrorBody } from '#lib/contracts/errors.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { CLOUD, type Cloud, steer } from './cloud.ts'

/** A user who talks to the app over HTTP as the pages do: for what a test needs but is not about. */
export interface Player {
  email: string
  api: APIRequestContext
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>>
  post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.infer<Schema>>
  /** The coded refusal of a request that must fail. */
  refusal(
    method: 'get' | 'post' | 'delete',
    path: string,
    body?: unknown,
  ): Promise<z.infer<typeof ErrorBody> & { status: number }>
  upload(file: string, name?: string): Promise<z.infer<typeof AssetView>>
  topUp(cents: number): Promise<void>
  wallet(): Promise<z.infer<typeof WalletView>>
  statement(): Promise<z.infer<typeof Statement>['entries']>
  quote(assetId: string, params?: Record<string, unknown>, task?: TaskName): Promise<z.infer<typeof QuoteView>>
  run(assetId: string, params?: Record<string, unknown>, task?: TaskName): Promise<z.infer<typeof JobView>>
  job(jobId: string): Promise<z.infer<typeof JobView>>
  jobs(): Promise<z.infer<typeof JobList>['jobs']>
  receipt(jobId: string): Promise<z.infer<typeof ReceiptView>>
  /** Waits until the job ended, then returns it. */
  ended(jobId: string, timeoutMs?: number): Promise<z.infer<typeof JobView>>
  download(url: string, file: string): Promise<string>
}

let visitors = 0

/** Someone new, signed in through the mailed link. */
export function newPlayer(cloud: Cloud = CLOUD): Promise<Player> {
  return playerAt(`player-${randomUUID().slice(0, 8)}@example.test`, cloud)
}

/** Whoever has this address, signed in. Each comes from a network address of their own, as users do. */
export async function playerAt(email: string, cloud: Cloud = CLOUD): Promise<Player> {
  visitors += 1
  const address = `10.${process.pid % 250}.${Math.floor(visitors / 250)}.${(visitors % 250) + 1}`
  const api = await request.newContext({
    baseURL: cloud.web,
    extraHTTPHeaders: { origin: cloud.web, 'x-real-ip': address, 'cf-connecting-ip': address },
  })
  await signIn(cloud, api, email)
  return playerOf(cloud, api, email)
}

async function signIn(cloud: Cloud, api: APIRequestContext, email: string): Promise<void> {
  const accept = { accept: 'application/json' }
  const asked = await api.post('/api/auth/signin/email', { form: { email, callbackUrl: '/library' }, headers: accept })
  expect(asked.ok(), await asked.text()).toBe(true)
  const link = await signInLink(cloud, email)
  const confirmed = await api.post('/api/auth/confirm', {
    form: Object.fromEntries(link.searchParams),
    headers: accept,
  })
  expect(confirmed.ok(), await confirmed.text()).toBe(true)
}

/** The newest sign-in link mailed to this address. */
export async function signInLink(cloud: Cloud, email: string): Promise<URL> {
  let found: string | undefined
  await expect
    .poll(async () => {
      const [mail] = await steer(cloud).mailsTo(email)
      found = mail?.text.match(/https?:\/\/\S+/g)?.find((url) => url.includes(SIGN_IN_PATHS.confirm))
      return found
    })
    .toBeTruthy()
  return new URL(found ?? '')
}

const TERMINAL = ['succeeded', 'failed', 'canceled']

function playerOf(cloud: Cloud, api: APIRequestContext, email: string): Player {
  const get: Player['get'] = async (path, schema) => {
    const reply = await api.get(path)
    expect(reply.ok(), `GET ${path}: ${reply.status()} ${await reply.text()}`).toBe(true)
    return schema.parse(await reply.json())
  }
  const post: Player['post'] = async (path, body, schema) => {
    const reply = await api.post(path, { data: body })
    expect(reply.ok(), `POST ${path}: ${reply.status()} ${await reply.text()}`).toBe(true)
    return schema.parse(await reply.json())
  }
  const quote: Player['quote'] = (assetId, params = { model: 'reelsr-fast', scale: 2 }, task = 'upscale') =>
    post('/api/quotes', { asset_id: assetId, task, params }, QuoteView)
  const job: Player['job'] = (jobId) => get(`/api/status/${jobId}`, JobView)
  return {
    email,
    api,
    get,
    post,
    quote,
    job,
    async refusal(method, path, body) {
      const reply = await api[method](path, body === undefined ? {} : { data: body })
      expect(reply.ok(), `${method} ${path} was not refused`).toBe(false)
      return { ...ErrorBody.parse(await reply.json()), status: reply.status() }
    },
    upload: (file, name = 'clip.mp4') => upload(post, file, name),
    topUp: (cents) => topUp(cloud, get, post, cents),
    wallet: () => get('/api/wallet', WalletView),
    statement: async () => (await get('/api/wallet/statement', Statement)).entries,
    run: async (assetId, params, task) =>
      post('/api/debit', { quote_id: (await quote(assetId, params, task)).quote_id }, JobView),
    jobs: async () => (await get('/api/jobs', JobList)).jobs,
    receipt: (jobId) => get(`/api/jobs/${jobId}/receipt`, ReceiptView),
    async ended(jobId, timeoutMs = 120_000) {
      await expect
        .poll(async () => TERMINAL.includes((await job(jobId)).state), { timeout: timeoutMs, intervals: [500] })
        .toBe(true)
      return job(jobId)
    },
    async download(url, file) {
      const response = await fetch(url)
      expect(response.ok).toBe(true)
      writeFileSync(file, new Uint8Array(await response.arrayBuffer()))
      return file
    },
  }
}

async function upload(post: Player['post'], file: string, name: string): Promise<z.infer<typeof AssetView>> {
  const bytes = readFileSync(file)
  const fingerprint = createHash('sha256').update(bytes).update(randomUUID()).digest('hex')
  const opened = await post(
    '/api/uploads',
    { file_name: name, bytes: bytes.length, content_type: 'video/mp4', fingerprint },
    UploadView,
  )
  const numbers = Array.from({ length: opened.parts_total }, (_, index) => index + 1)
  const signed = await post(`/api/uploads/${opened.upload_id}/parts`, { part_numbers: numbers }, SignedParts)
  const parts = []
  for (const { part_number, url } of signed.urls) {
    const body = bytes.subarray((part_number - 1) * opened.part_bytes, part_number * opened.part_bytes)
    const response = await fetch(url, { method: 'PUT', body })
    expect(response.ok, `part ${part_number}: ${response.status}`).toBe(true)
    parts.push({ part_number, etag: response.headers.get('etag') ?? '' })
  }
  return post(`/api/uploads/${opened.upload_id}/complete`, { parts }, AssetView)
}

async function topUp(cloud: Cloud, get: Player['get'], post: Player['post'], cents: number): Promise<void> {
  const opened = await post('/api/wallet/top-ups', { amount_cents: cents, click_id: randomUUID() }, TopUpView)
  const session = checkoutSessionOf(opened.checkout_url)
  const paid = await fetch(`${cloud.stripe}/_local/checkout/${session}/pay`, {
    method: 'POST',
    body: JSON.stringify({ card: '4242424242424242' }),
    headers: { 'content-type': 'application/json' },
  })
  expect(paid.ok, await paid.text()).toBe(true)
  await expect
    .poll(async () => (await get(`/api/wallet/top-ups/${opened.top_up_id}`, TopUpView)).state, { timeout: 20_000 })
    .toBe('credited')
}

export function checkoutSessionOf(url: string | null): string {
  return /cs_[A-Za-z0-9_]+/.exec(url ?? '')?.[0] ?? ''
}
