import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { type AttackWorld, openAttackWorld, type Person, signIn } from './attack-world.ts'

vi.mock('#lib/platform/cloudflare.ts', () => import('./host.ts'))

const AUTH = 'POST /api/auth/[...auth]'
const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }

let world: AttackWorld
let victim: Person
const lines: string[] = []
beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')))
  }
  world = await openAttackWorld({ limits: 'usual' })
  victim = await world.newPerson()
})
afterEach(() => {
  expect(lines.splice(0).join('\n')).not.toContain(victim.headers.cookie?.split('=')[1])
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

const from = (address: string) => ({ 'cf-connecting-ip': address })

function confirm(link: Record<string, string>, headers: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams(link).toString()
  return world.call(AUTH, { params: { auth: 'confirm' }, body, headers: { ...FORM, ...headers } })
}

test('a link that was used once opens nothing again, from anywhere', async () => {
  const { link } = await signIn(world.jobs.services, world.call, 'replayed@example.com', from('192.0.2.1'))
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    const reply = await confirm(link, from(address))
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([401, []])
  }
})

test('guessing sign-in tokens ends after as many tries as an hour allows, and the answer says for how long', async () => {
  const guess = () => ({
    email: victim.email,
    token: crypto.randomUUID().replaceAll('-', '').repeat(2),
    callbackUrl: '',
  })
  const { limit, windowMs } = RATE_LIMITS['sign_in_confirm.ip']
  for (let n = 0; n < limit; n++) expect((await confirm(guess(), from('198.51.100.1'))).status).toBe(401)
  const reply = await confirm(guess(), from('198.51.100.1'))
  expect(reply.status).toBe(429)
  const waitS = Number(reply.headers.get('retry-after'))
  expect(waitS).toBeGreaterThan(windowMs / 1000 - 120)
  expect(waitS).toBeLessThanOrEqual(windowMs / 1000)
})

test.each([
  ['sessions', 'GET /api/me', () => ({ cookie: `session=${crypto.randomUUID()}` }), {}],
  [
    'worker tokens',
    'POST /api/worker/[event]',
    () => ({ authorization: `Bearer x.${crypto.randomUUID()}` }),
    { attempt_id: 'att_1' },
  ],
  [
    'the scheduler’s secret',
    'POST /api/reconcile',
    () => ({ authorization: `Bearer ${crypto.randomUUID()}` }),
    undefined,
  ],
  [
    'Stripe’s signature',
    'POST /api/webhook/stripe',
    () => ({ 'stripe-signature': `t=1,v1=${crypto.randomUUID()}` }),
    '{}',
  ],
] as const)('who guesses %s is told to wait, and nobody else is', async (_what, route, credential, body) => {
  const ask = (address: string) =>
    world.call(route, {
      params: { event: 'start' },
      ...(route.startsWith('GET') || body === undefined ? {} : { body }),
      headers: { ...credential(), ...from(address) },
    })
  const { limit } = RATE_LIMITS['refused.ip']
  for (let n = 0; n < limit; n++) expect([401, 403]).toContain((await ask('203.0.113.5')).status)
  const reply = await ask('203.0.113.5')
  expect(reply.status).toBe(429)
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
  expect([401, 403]).toContain((await ask('203.0.113.6')).status)
})

test('a cookie planted before the sign-in is not the session after it, and opens nothing', async () => {
  const planted = `session=${'a'.repeat(64)}`
  const headers = { ...from('192.0.2.20'), cookie: planted }
  const { cookie } = await signIn(world.jobs.services, world.call, 'fixed@example.com', headers)
  expect(cookie).not.toBe(planted)
  expect((await world.call('GET /api/me', { headers: { cookie: planted } })).status).toBe(401)
  expect((await world.call('GET /api/me', { headers: { cookie } })).status).toBe(200)
})

test('who plants their own session in somebody’s browser loses it when that somebody signs in', async () => {
  const own = victim.headers.cookie ?? ''
  const attackers = await signIn(world.jobs.services, world.call, 'planter@example.com', from('192.0.2.30'))
  const headers = { ...from('192.0.2.31'), cookie: attackers.cookie }
  await signIn(world.jobs.services, world.call, 'target@example.com', headers)
  expect((await world.call('GET /api/me', { headers: { cookie: attackers.cookie } })).status).toBe(401)
  expect((await world.call('GET /api/me', { headers: { cookie: own } })).status).toBe(200)
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/%09/evil.example',
])('neither signing in nor signing out leads to %s', async (callbackUrl) => {
  const plain = { 'content-type': FORM['content-type'], ...from('192.0.2.40') }
  const body = new URLSearchParams({ callbackUrl }).toString()
  const reply = await world.call(AUTH, { params: { auth: 'signout' }, body, headers: plain })
  const target = new URL(reply.headers.get('location') ?? '', 'http://localhost:8788')
  expect([reply.status, target.origin]).toEqual([303, 'http://localhost:8788'])
})

test('a payment page leads back to the app alone: nobody may say where to', async () => {
  const click = { amount_cents: 500, click_id: crypto.randomUUID() }
  for (const key of ['return_url', 'success_url', 'cancel_url', 'callbackUrl']) {
    const reply = await victim.call('POST /api/wallet/top-ups', { body: { ...click, [key]: 'https://evil.example/' } })
    expect([reply.status, (await reply.json()).field]).toEqual([400, key])
  }
})
