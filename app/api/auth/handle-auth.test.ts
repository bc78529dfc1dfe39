import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sessions, users, verificationTokens } from '#db/schema/accounts.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import { findSession } from '#lib/services/accounts/find-session.ts'
import { readSessionCookie } from '#lib/services/accounts/session-cookie.ts'
import type { Ctx } from '#lib/services/context.ts'
import { handleAuth } from './handle-auth.ts'

const HOUR_MS = 3600 * 1000
const auth = { secret: 'an-auth-secret-of-at-least-32-characters', google: null, github: null }
let t: TestServices
let appUrl: string
beforeAll(async () => {
  t = await openTestServices()
  appUrl = t.ctx.settings.appUrl
})
// The limits count for all tests of a network address together.
afterEach(() => t.advance(HOUR_MS))
afterAll(() => t.close())

interface Post {
  path: string
  form: Record<string, string>
  headers?: Record<string, string>
  ctx?: Ctx
}

function post({ path, form, headers = {}, ctx = t.ctx }: Post): Promise<Response> {
  const body = new URLSearchParams(form)
  const sent = { origin: ctx.settings.appUrl, 'user-agent': 'Firefox on a laptop', ...headers }
  const request = new Request(`${ctx.settings.appUrl}/api/auth${path}`, { method: 'POST', headers: sent, body })
  return handleAuth({ ctx, auth, request })
}

function get(path: string): Promise<Response> {
  return handleAuth({ ctx: t.ctx, auth, request: new Request(`${appUrl}/api/auth${path}`) })
}

/** The link of the newest mail, as the page it leads to reads it. */
async function mailedLink(email: string): Promise<Record<string, string>> {
  const [mail] = await t.mailsTo(email)
  const url = new URL(/https?:\S+/.exec(mail?.text ?? '')?.[0] ?? '')
  expect(url.pathname).toBe('/sign-in/confirm')
  return Object.fromEntries(url.searchParams)
}

async function requestLink(email: string, callbackUrl = '') {
  const reply = await post({ path: '/signin/email', form: { email, callbackUrl } })
  expect(reply.headers.get('location')).toBe(`/sign-in/sent?${new URLSearchParams({ email })}`)
  return await mailedLink(email)
}

async function signIn(email: string, headers: Record<string, string> = {}) {
  const reply = await post({ path: '/confirm', form: await requestLink(email), headers })
  expect(reply.status).toBe(303)
  return sessionOf(reply)
}

function sessionOf(reply: Response): string {
  const cookie = reply.headers.getSetCookie().find((text) => /^(__Host-)?session=/.test(text)) ?? ''
  return readSessionCookie(cookie.startsWith('__Host-') ? 'https://x' : appUrl, cookie.split(';')[0] ?? null) ?? ''
}

const who = async (token: string) => (await findSession({ ctx: t.ctx, input: { token } }))?.user.email ?? null

test('a mailed link, confirmed by its page, signs a new user in and opens their wallet', async () => {
  const link = await requestLink('new@example.com', '/jobs?filter=mine')
  const reply = await post({ path: '/confirm', form: link })
  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/jobs?filter=mine'])
  expect(reply.headers.get('cache-control')).toBe('no-store')
  const found = await findSession({ ctx: t.ctx, input: { token: sessionOf(reply) } })
  expect(found?.user).toMatchObject({ email: 'new@example.com', role: 'user' })
  const [user] = await t.ctx.db.select().from(users).where(eq(users.email, 'new@example.com'))
  expect(user).toMatchObject({ id: expect.stringMatching(/^usr_/), emailVerified: expect.any(Date) })
  const accounts = await t.ctx.db
    .select()
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.userId, user?.id ?? ''))
  expect(accounts.map((account) => account.kind).sort()).toEqual(['available', 'held', 'promo', 'receivable'])
})

test('the mail says the same in text and in HTML, and a hostile return address does not leave its attribute', async () => {
  await post({ path: '/signin/email', form: { email: 'html@example.com', callbackUrl: `/a?b='"><script>&c` } })
  const [mail] = await t.mailsTo('html@example.com')
  const url = /https?:\S+/.exec(mail?.text ?? '')?.[0] ?? ''
  expect(mail?.html).toContain(`href="${url.replaceAll('&', '&amp;')}"`)
  expect(mail?.html).not.toContain('<script')
  expect(mail?.text).toContain('15 minutes')
})

test('opening the link signs nobody in and uses nothing up: mail scanners do that', async () => {
  const link = await requestLink('scanned@example.com')
  const query = new URLSearchParams(link)
  await expect(get(`/callback/email?${query}`)).rejects.toMatchObject({ code: 'not_found' })
  await expect(get(`/confirm?${query}`)).rejects.toMatchObject({ code: 'not_found' })
  const reply = await post({ path: '/confirm', form: link })
  expect(await who(sessionOf(reply))).toBe('scanned@example.com')
})

test('a link works once', async () => {
  const link = await requestLink('replay@example.com')
  expect((await post({ path: '/confirm', form: link })).headers.get('location')).toBe('/library')
  const replay = await post({ path: '/confirm', form: link })
  expect(replay.headers.get('location')).toBe('/sign-in?error=link_expired')
  expect(sessionOf(replay)).toBe('')
})

test('of two confirmations at once one signs in', async () => {
  const link = await requestLink('twice@example.com')
  const replies = await Promise.all([post({ path: '/confirm', form: link }), post({ path: '/confirm', form: link })])
  expect(replies.map((reply) => reply.headers.get('location')).sort()).toEqual([
    '/library',
    '/sign-in?error=link_expired',
  ])
})

test('a link that is too old, made up, or meant for someone else signs nobody in', async () => {
  const old = await requestLink('old@example.com')
  const [row] = await t.ctx.db
    .select()
    .from(verificationTokens)
    .where(eq(verificationTokens.identifier, 'old@example.com'))
  expect((row?.expires.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(15 * 60 * 1000)
  await t.ctx.db.update(verificationTokens).set({ expires: new Date(Date.now() - 1) })
  const other = await requestLink('other@example.com')
  const forms = [old, { ...other, token: '0'.repeat(64) }, { ...other, email: 'victim@example.com' }, {}]
  for (const form of forms) {
    const reply = await post({ path: '/confirm', form: form as Record<string, string> })
    expect(reply.headers.get('location')).toBe('/sign-in?error=link_expired')
    expect(sessionOf(reply)).toBe('')
  }
  expect(await t.ctx.db.select().from(users).where(eq(users.email, 'victim@example.com'))).toEqual([])
})

test('the database holds hashes of tokens, never what opens a session or a link', async () => {
  const link = await requestLink('hashed@example.com')
  const stored = await t.ctx.db.select().from(verificationTokens)
  expect(stored.some((row) => row.token === link.token)).toBe(false)
  const token = sessionOf(await post({ path: '/confirm', form: link }))
  expect(token).toMatch(/^[0-9a-f]{64}$/)
  const rows = await t.ctx.db.select().from(sessions)
  expect(rows.some((row) => row.sessionToken === token)).toBe(false)
  for (const row of rows) expect(await who(row.sessionToken)).toBeNull()
  expect(rows.at(-1)).toMatchObject({ id: expect.stringMatching(/^ses_/), userAgent: 'Firefox on a laptop' })
})

test('who guesses links is stopped, even with the right one; its owner, elsewhere, is not', async () => {
  const link = await requestLink('guessed@example.com')
  const { limit } = t.ctx.settings.rateLimits['sign_in_confirm.ip']
  const guess = (n: number) => ({ ...link, token: n.toString(16).padStart(64, '0') })
  const from = (ip: string) => ({ 'cf-connecting-ip': ip })
  for (let n = 0; n < limit; n++) {
    const reply = await post({ path: '/confirm', form: guess(n), headers: from('203.0.113.7') })
    expect(reply.headers.get('location')).toBe('/sign-in?error=link_expired')
  }
  const stopped = await post({ path: '/confirm', form: link, headers: from('203.0.113.7') })
  expect([stopped.headers.get('location'), sessionOf(stopped)]).toEqual(['/sign-in?error=rate_limited', ''])
  const owner = await post({ path: '/confirm', form: link, headers: from('203.0.113.8') })
  expect(await who(sessionOf(owner))).toBe('guessed@example.com')
})

test('a session that was there before the sign-in is worth nothing after it', async () => {
  // Fixation: the attacker plants a session of their own, or one they made up, and waits for the victim to sign in with it.
  const attackers = await signIn('attacker@example.com')
  for (const planted of [attackers, 'f'.repeat(64)]) {
    const victims = await signIn('victim-of-fixation@example.com', { cookie: `session=${planted}` })
    expect(victims).not.toBe(planted)
    expect(await who(planted)).toBeNull()
    expect(await who(victims)).toBe('victim-of-fixation@example.com')
  }
})

test('signing in makes every other link of that address worthless', async () => {
  const first = await requestLink('twolinks@example.com')
  const second = await requestLink('twolinks@example.com')
  const other = await requestLink('bystander@example.com')
  expect((await post({ path: '/confirm', form: second })).headers.get('location')).toBe('/library')
  expect((await post({ path: '/confirm', form: first })).headers.get('location')).toBe('/sign-in?error=link_expired')
  expect((await post({ path: '/confirm', form: other })).headers.get('location')).toBe('/library')
})

test('addresses that differ in case are one user', async () => {
  await signIn('Mixed.Case@Example.com'.toLowerCase())
  await post({ path: '/signin/email', form: { email: ' MIXED.Case@example.COM ' } })
  await post({ path: '/confirm', form: await mailedLink('mixed.case@example.com') })
  const all = await t.ctx.db.select().from(users)
  expect(all.filter((user) => user.email.toLowerCase() === 'mixed.case@example.com')).toHaveLength(1)
})

test('signing in again ends the session the browser had, and gives a new one', async () => {
  const first = await signIn('again@example.com')
  const second = await signIn('again@example.com', { cookie: `session=${first}` })
  expect(second).not.toBe(first)
  expect([await who(first), await who(second)]).toEqual([null, 'again@example.com'])
  const planted = 'f'.repeat(64)
  const third = await signIn('again@example.com', { cookie: `session=${planted}` })
  expect(third).not.toBe(planted)
})

test('signing out ends the session at once and clears its cookie', async () => {
  const token = await signIn('leaving@example.com')
  const reply = await post({ path: '/signout', form: {}, headers: { cookie: `theme=dark; session=${token}` } })
  expect(reply.headers.get('location')).toBe('/')
  expect(reply.headers.get('set-cookie')).toMatch(/^session=; .*Max-Age=0/)
  expect(await who(token)).toBeNull()
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'no sign-in or sign-out leads to %s',
  async (callbackUrl) => {
    const link = await requestLink('redirect@example.com', callbackUrl)
    expect(link.callbackUrl).toBe('/library')
    const reply = await post({ path: '/confirm', form: { ...link, callbackUrl } })
    expect(reply.headers.get('location')).toBe('/library')
    expect((await post({ path: '/signout', form: { callbackUrl } })).headers.get('location')).toBe('/')
  },
)

test('a page of another site can start, confirm or end nothing', async () => {
  const link = await requestLink('csrf@example.com')
  const forged: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of forged) {
    for (const path of ['/signin/email', '/confirm', '/signout']) {
      await expect(post({ path, form: link, headers })).rejects.toMatchObject({ code: 'bad_origin' })
    }
  }
  const hidden = { origin: 'null', 'sec-fetch-site': 'same-origin' }
  expect((await post({ path: '/confirm', form: link, headers: hidden })).headers.get('location')).toBe('/library')
})

test('one address gets five mails an hour, and one network address asks for thirty', async () => {
  const ask = (email: string, ip: string) =>
    post({ path: '/signin/email', form: { email }, headers: { 'cf-connecting-ip': ip } })
  const to = async (email: string, ip: string) => (await ask(email, ip)).headers.get('location')
  for (let n = 0; n < 5; n++) expect(await to('flooded@example.com', `192.0.2.${n}`)).toContain('/sign-in/sent')
  expect(await to('flooded@example.com', '192.0.2.9')).toBe('/sign-in?error=rate_limited')
  expect(await t.mailsTo('flooded@example.com')).toHaveLength(5)
  for (let n = 0; n < 30; n++) expect(await to(`user${n}@example.com`, '198.51.100.1')).toContain('/sign-in/sent')
  expect(await to('user30@example.com', '198.51.100.1')).toBe('/sign-in?error=rate_limited')
  t.advance(HOUR_MS)
  expect(await to('flooded@example.com', '198.51.100.1')).toContain('/sign-in/sent')
})

test('a network address past its limit uses up nothing of the mails others may get', async () => {
  const to = async (email: string, ip: string) =>
    (await post({ path: '/signin/email', form: { email }, headers: { 'cf-connecting-ip': ip } })).headers.get(
      'location',
    )
  for (let n = 0; n < 30; n++) await to(`crowd${n}@example.com`, '198.51.100.7')
  for (let n = 0; n < 6; n++) expect(await to('calm@example.com', '198.51.100.7')).toContain('rate_limited')
  expect(await to('calm@example.com', '198.51.100.8')).toContain('/sign-in/sent')
})

test('whoever changes addresses within one IPv6 network is counted once', async () => {
  const to = async (n: number, ip: string) => {
    const form = { email: `v6-${n}@example.com` }
    return (await post({ path: '/signin/email', form, headers: { 'cf-connecting-ip': ip } })).headers.get('location')
  }
  for (let n = 0; n < 30; n++) expect(await to(n, `2001:db8:0:1::${n + 1}`)).toContain('/sign-in/sent')
  expect(await to(30, '2001:db8:0:1:ffff::1')).toContain('rate_limited')
  expect(await to(31, '2001:db8:0:2::1')).toContain('/sign-in/sent')
})

test('addresses no mail can go to are refused, and a mail that cannot be sent is said so', async () => {
  for (const email of ['', 'no-at', 'a@b@c', '"x"@example.com', 'a@example.com,b@example.com']) {
    const reply = await post({ path: '/signin/email', form: { email } })
    expect(reply.headers.get('location')).toBe('/sign-in?error=invalid_email')
  }
  await t.spoilMail(500)
  const reply = await post({ path: '/signin/email', form: { email: 'unlucky@example.com' } })
  expect(reply.headers.get('location')).toBe('/sign-in?error=unavailable')
})

test('scripts get JSON for the same calls', async () => {
  const headers = { accept: 'application/json' }
  const sent = await post({ path: '/signin/email', form: { email: 'json@example.com' }, headers })
  expect(await sent.json()).toEqual({ url: '/sign-in/sent?email=json%40example.com' })
  const refused = await post({ path: '/confirm', form: { token: 'x', email: 'json@example.com' }, headers })
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'unauthenticated' })
})

test('addresses the operator named are admins from their next sign-in', async () => {
  const token = await signIn('admin@reelballers.test')
  expect((await findSession({ ctx: t.ctx, input: { token } }))?.user.role).toBe('admin')
})

test('a closed account can neither sign in nor use a session it had', async () => {
  const token = await signIn('closed@example.com')
  const link = await requestLink('closed@example.com')
  await t.ctx.db.update(users).set({ deletedAtMs: 1 }).where(eq(users.email, 'closed@example.com'))
  expect(await who(token)).toBeNull()
  const reply = await post({ path: '/confirm', form: link })
  expect(reply.headers.get('location')).toBe('/sign-in?error=access_denied')
})

test('over https the cookie is bound to this host', async () => {
  const settings = { ...t.ctx.settings, appUrl: 'https://reelballers.test' }
  const ctx = { ...t.ctx, settings }
  await post({ path: '/signin/email', form: { email: 'https@example.com' }, ctx })
  const reply = await post({ path: '/confirm', form: await mailedLink('https@example.com'), ctx })
  const cookie = reply.headers.getSetCookie().find((text) => text.startsWith('__Host-session='))
  expect(cookie).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/)
  expect(cookie).not.toContain('Domain')
  expect(await who(sessionOf(reply))).toBe('https@example.com')
})

test('nothing else of Auth.js can be reached', async () => {
  for (const path of ['/session', '/csrf', '/providers', '/signin', '/signout', '/error', '/signin/google', '/..']) {
    await expect(get(path)).rejects.toMatchObject({ code: 'not_found' })
  }
  for (const path of ['/signin/google', '/signin/github', '/callback/email', '/session']) {
    await expect(post({ path, form: {} })).rejects.toMatchObject({ code: 'not_found' })
  }
})
