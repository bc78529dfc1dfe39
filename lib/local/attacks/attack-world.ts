import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SessionView } from '#lib/contracts/api/account.ts'
import { ProjectView } from '#lib/contracts/api/projects.ts'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import { LONGEST_WINDOW_S, RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { startStripe } from '#lib/local/stripe/server.ts'
import { type JobWorld, openJobWorld } from '#lib/local/test-jobs.ts'
import { signCallbackToken } from '#lib/services/jobs/callback-token.ts'
import { createUpload } from '#lib/services/uploads/create-upload.ts'
import { lend } from './host.ts'
import { addressOf, routesOnDisk, type ServedRoute } from './routes-on-disk.ts'

export const STRIPE_WEBHOOK_SECRET = 'whsec_attack_world'
export const RECONCILE_SECRET = 'a-reconcile-secret-of-32-characters'
/** Signs from now on; tokens of jobs were signed with the one before it, which holds as well. */
export const NEW_CALLBACK_SECRET = 'a-newer-callback-secret-of-32-characters'

export interface Call {
  params?: Record<string, string>
  query?: string
  /** Sent as JSON; bytes and text as they are. */
  body?: unknown
  headers?: Record<string, string>
  /** No cookie of the caller's. */
  anonymous?: boolean
}

/** A user with one of everything that has an id. */
export interface Person {
  userId: string
  email: string
  /** A session's cookie, and the network it comes from. */
  headers: Record<string, string>
  ids: {
    asset: string
    upload: string
    quote: string
    job: string
    attempt: string
    topUp: string
    /** Not the one the cookie opens. */
    session: string
    project: string
  }
  /** The document of their project. */
  project: unknown
  /** What the worker of their job proves itself with. */
  workerToken: string
  call(route: string, call?: Call): Promise<Response>
}

export interface AttackWorld {
  jobs: JobWorld
  routes: readonly ServedRoute[]
  newPerson(): Promise<Person>
  /** The headers of someone the operator named an admin. */
  admin(): Promise<Record<string, string>>
  /** A call from nobody in particular. */
  call(route: string, call?: Call): Promise<Response>
  /** Everything the database holds but counts of requests. */
  snapshot(): Promise<Record<string, unknown[]>>
  close(): Promise<void>
}

/** The route handlers of the product on real parts: D1, and stand-ins that speak S3, RunPod, Stripe and mail. */
export async function openAttackWorld(options: { limits?: 'out of the way' | 'usual' } = {}): Promise<AttackWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'attacks-'))
  const [jobs, stripe, routes] = await Promise.all([
    openJobWorld(),
    startStripe({
      port: 0,
      dataDir: join(dir, 'stripe'),
      secretKey: 'sk_test_attackworld000000001',
      webhookUrl: 'http://localhost:9/nobody',
      webhookSecret: STRIPE_WEBHOOK_SECRET,
    }),
    routesOnDisk(),
  ])
  lend({
    database: jobs.services.db.d1 as never,
    values: environment(jobs, stripe.url, options.limits ?? 'out of the way'),
  })
  const call = (name: string, options: Call = {}) => callRoute(jobs.ctx.settings.appUrl, routes, name, options)
  return {
    jobs,
    routes,
    call,
    newPerson: () => newPerson(jobs, call),
    async admin() {
      const [email = ''] = jobs.ctx.settings.adminEmails
      return { cookie: (await signIn(jobs.services, call, email, {})).cookie }
    },
    snapshot: () => snapshot(jobs),
    async close() {
      await Promise.all([jobs.close(), stripe.close()])
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function environment(jobs: JobWorld, stripeUrl: string, usual: 'out of the way' | 'usual'): Record<string, string> {
  const { ctx, services, runpod } = jobs
  const { storeConfig } = services
  // Most tests send more than anybody should; the limits have tests of their own.
  const limits = Object.keys(RATE_LIMITS).map((name) => `${name}=1000000/${LONGEST_WINDOW_S}`)
  return {
    APP_URL: ctx.settings.appUrl,
    AUTH_SECRET: 'an-auth-secret-of-at-least-32-characters',
    CALLBACK_SECRETS: [NEW_CALLBACK_SECRET, ctx.settings.callbackSecrets[0]].join(','),
    RECONCILE_SECRET,
    R2_ENDPOINT: storeConfig.endpoint,
    R2_ACCESS_KEY_ID: storeConfig.accessKeyId,
    R2_SECRET_ACCESS_KEY: storeConfig.secretAccessKey,
    R2_BUCKET_NAME: storeConfig.bucket,
    RUNPOD_API_BASE: runpod.apiBase,
    RUNPOD_API_KEY: runpod.apiKey,
    RUNPOD_ENDPOINT_ID: ctx.settings.runpodEndpointId,
    GPU_CLASS: ctx.settings.gpuClass,
    STRIPE_API_BASE: stripeUrl,
    STRIPE_SECRET_KEY: 'sk_test_attackworld000000001',
    STRIPE_WEBHOOK_SECRET,
    MAIL_API_BASE: services.mailUrl,
    RESEND_API_KEY: 're_test',
    MAIL_FROM: ctx.settings.mailFrom,
    ADMIN_EMAILS: ctx.settings.adminEmails.join(','),
    RATE_LIMITS: usual === 'usual' ? '' : limits.join(','),
  }
}

async function callRoute(
  appUrl: string,
  routes: readonly ServedRoute[],
  name: string,
  { params = {}, query = '', body, headers = {} }: Call,
): Promise<Response> {
  const route = routes.find((candidate) => candidate.name === name)
  if (!route) throw new Error(`There is no route ${name}.`)
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const sent = new Headers({
    origin: appUrl,
    ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
    ...headers,
  })
  const request = new Request(`${appUrl}${addressOf(route.pattern, params)}${query}`, {
    method: route.method,
    headers: sent,
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  })
  return await route.handler(request, { params: Promise.resolve(params) })
}

let networks = 0

async function newPerson(jobs: JobWorld, call: AttackWorld['call']): Promise<Person> {
  const { ctx, services } = jobs
  const player = await jobs.newPlayer()
  const { userId } = player.ctx
  const email = `${userId}@example.com`
  networks += 1
  const network = { 'cf-connecting-ip': `10.0.${Math.floor(networks / 250)}.${(networks % 250) + 1}` }
  const cookie = async () => (await signIn(services, call, email, network)).cookie
  const [other, own] = [await cookie(), await cookie()]
  const headers = { ...network, cookie: own }
  const callAs: Person['call'] = (route, { anonymous, ...options } = {}) =>
    call(route, { ...options, headers: { ...(anonymous ? network : headers), ...options.headers } })

  const job = await jobs.startJob(player)
  const quote = await jobs.quote(player)
  const input = { file_name: 'match.mp4', bytes: 6_000_000, content_type: 'video/mp4', fingerprint: `print-${userId}` }
  const upload = await createUpload({ ctx: player.ctx, input })
  const click = { amount_cents: 500, click_id: crypto.randomUUID() }
  const topUp = TopUpView.parse(await read(callAs('POST /api/wallet/top-ups', { body: click })))
  const project = ProjectView.parse(await read(callAs('POST /api/projects', { body: { asset_id: player.assetId } })))
  // A version to look back at.
  const save = {
    document: project.document,
    base_revision: project.revision,
    save_id: 'save-0000',
    keep_replaced: true,
  }
  await read(callAs('PUT /api/projects/[id]', { params: { id: project.id }, body: save }))
  const record = await jobs.record(job)
  const attempt = record.attempts[0]?.id ?? ''
  return {
    userId,
    email,
    headers,
    ids: {
      asset: player.assetId,
      upload: upload.upload_id,
      quote,
      job,
      attempt,
      topUp: topUp.top_up_id,
      project: project.id,
      session: await sessionOf(callAs, other),
    },
    project: project.document,
    workerToken: await signCallbackToken(ctx.settings, attempt, record.hold?.expiresAtMs ?? 0),
    call: callAs,
  }
}

/** A session the way the product gives one out: a mailed link, confirmed. */
export async function signIn(
  services: JobWorld['services'],
  call: AttackWorld['call'],
  email: string,
  headers: Record<string, string>,
): Promise<{ cookie: string; link: Record<string, string> }> {
  const auth = 'POST /api/auth/[...auth]'
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...headers }
  const asked = { params: { auth: 'signin/email' }, body: new URLSearchParams({ email }).toString(), headers: form }
  await read(call(auth, asked))
  const [mail] = await services.mailsTo(email)
  const link = Object.fromEntries(new URL(/https?:\S+/.exec(mail?.text ?? '')?.[0] ?? '').searchParams)
  const confirmed = { params: { auth: 'confirm' }, body: new URLSearchParams(link).toString(), headers: form }
  const reply = await call(auth, confirmed)
  const cookies = reply.headers.getSetCookie().map((text) => text.split(';')[0] ?? '')
  const cookie = cookies.find((text) => text.startsWith('session=')) ?? ''
  if (cookie === '') throw new Error(`Nobody is signed in: ${reply.status} ${await reply.text()}`)
  return { cookie, link }
}

/** The public handle of the session another cookie opens. */
async function sessionOf(callAs: Person['call'], cookie: string): Promise<string> {
  const sessions = SessionView.array().parse(await read(callAs('GET /api/sessions', { headers: { cookie } })))
  return sessions.find((session) => session.current)?.id ?? ''
}

async function read(reply: Promise<Response>): Promise<unknown> {
  const response = await reply
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return JSON.parse(text)
}

/** Counted or renewed by every request, whoever it is from. */
const RESTLESS_TABLES = new Set(['rate_limits'])
const RESTLESS_COLUMNS = new Set(['last_seen_at_ms'])

async function snapshot({ services }: JobWorld): Promise<Record<string, unknown[]>> {
  const { d1 } = services.db
  const tables = await d1
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all<{ name: string }>()
  const names = tables.results
    .map(({ name }) => name)
    .filter((name) => !/^(sqlite_|_cf_|d1_)/.test(name) && !RESTLESS_TABLES.has(name))
  const rows = await Promise.all(names.map((name) => d1.prepare(`SELECT * FROM "${name}"`).all()))
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      (rows[index]?.results ?? []).map((row) =>
        Object.entries(row).filter(([column]) => !RESTLESS_COLUMNS.has(column)),
      ),
    ]),
  )
}
