import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningMail, startMail } from '#lib/local/mail/server.ts'
import { migrationStatements } from '#lib/local/test-db.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const APP_URL = 'http://localhost:8788'

/** The sign-in handler and the session look-up, as the app wires them. */
const WORKER = `
  import { handleAuth } from '#app/api/auth/handle-auth.ts'
  import { makeDb } from '#db/client.ts'
  import { USUAL_ACCOUNT_POLICY } from '#lib/core/accounts/account-policy.ts'
  import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
  import { USUAL_SPENDING_POLICY } from '#lib/core/spending/spending-policy.ts'
  import { newId } from '#lib/platform/ids.ts'
  import { createResendMail } from '#lib/providers/mail/resend.ts'
  import { findSession } from '#lib/services/accounts/find-session.ts'
  import { readSessionCookie } from '#lib/services/accounts/session-cookie.ts'
  const auth = { secret: 'an-auth-secret-of-at-least-32-characters', google: null, github: null }
  export default {
    async fetch(request, env) {
      const settings = { appUrl: env.APP_URL, adminEmails: [], accounts: USUAL_ACCOUNT_POLICY, rateLimits: RATE_LIMITS, spending: USUAL_SPENDING_POLICY }
      const mail = createResendMail({ apiBase: env.MAIL_URL, apiKey: 're_test', from: 'a@example.com' })
      const ctx = { db: makeDb(env.DB), nowMs: () => Date.now(), newId, log: console.log, settings, mail }
      if (new URL(request.url).pathname.startsWith('/api/auth/')) return await handleAuth({ ctx, auth, request })
      const token = readSessionCookie(env.APP_URL, request.headers.get('cookie'))
      return Response.json(token && (await findSession({ ctx, input: { token } })))
    },
  }`

let dataDir: string
let post: RunningMail
let worker: Miniflare

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sign-in-'))
  post = await startMail({ port: 0, dataDir, apiKey: 're_test' })
  const bundle = await build({
    stdin: { contents: WORKER, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
  })
  worker = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-10-01',
    compatibilityFlags: ['nodejs_compat'],
    d1Databases: ['DB'],
    bindings: { APP_URL, MAIL_URL: post.url },
  })
  const database = await worker.getD1Database('DB')
  for (const statement of await migrationStatements()) await database.prepare(statement).run()
})
afterAll(async () => {
  await Promise.all([worker.dispose(), post.close()])
  await rm(dataDir, { recursive: true })
})

function submit(path: string, form: Record<string, string>) {
  const headers = { origin: APP_URL, 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(form).toString()
  return worker.dispatchFetch(`${APP_URL}/api/auth${path}`, { method: 'POST', headers, body, redirect: 'manual' })
}

test('workerd signs someone in by a mailed link, with a session in its D1', async () => {
  const email = 'edge@example.com'
  const sent = await submit('/signin/email', { email, callbackUrl: '/wallet' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/sign-in/sent?email=edge%40example.com'])
  const reply = await fetch(`${post.url}/_local/mails?to=${email}`)
  const { mails } = (await reply.json()) as { mails: { text: string }[] }
  const link = new URL(/https?:\S+/.exec(mails[0]?.text ?? '')?.[0] ?? '')
  const confirmed = await submit('/confirm', Object.fromEntries(link.searchParams))
  expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, '/wallet'])
  const cookie = confirmed.headers.getSetCookie().find((text) => text.startsWith('session=')) ?? ''
  const me = await worker.dispatchFetch(APP_URL, { headers: { cookie: cookie.split(';')[0] ?? '' } })
  expect(await me.json()).toMatchObject({ user: { email, role: 'user' } })
})
