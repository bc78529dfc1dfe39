import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { MeView } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { RATE_LIMITS, type RateLimits } from '#lib/core/accounts/rate-limits.ts'
import { openTestDb, type TestDb } from '#lib/local/test-db.ts'
import type { Ctx } from '#lib/services/context.ts'
import { json, makeRoute, type RouteParts } from './make-route.ts'

const APP = 'http://localhost:8788'
const ANNA: MeView = { id: 'usr_anna', email: 'anna@x.test', name: null, role: 'user' }
const log = vi.fn()

let database: TestDb
beforeAll(async () => {
  database = await openTestDb()
})
afterAll(() => database.close())

// The wrapper reads nothing of a context but these; services get it as it is.
const contextWith = (rateLimits: RateLimits) =>
  ({ settings: { appUrl: APP, rateLimits }, db: database.db, nowMs: () => 1_800_000_000_000 }) as unknown as Ctx

function routeFor(user: MeView | null, limits: Partial<RateLimits> = {}) {
  const parts: RouteParts = {
    makeContext: () => contextWith({ ...RATE_LIMITS, ...limits }),
    readUser: async () => user,
    log,
  }
  return makeRoute(parts)
}

const noParams = { params: Promise.resolve({}) }
const get = (path = '/api/x') => new Request(APP + path)

function post(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`${APP}/api/x`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: APP, ...headers },
  })
}

async function outcome(response: Response) {
  return { status: response.status, body: await response.json() }
}

afterEach(() => log.mockReset())

test('what the handler returns is the JSON answer, never cached', async () => {
  const GET = routeFor(null)({ auth: 'public' }, async () => ({ a: 1 }))
  const response = await GET(get(), noParams)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await outcome(response)).toEqual({ status: 200, body: { a: 1 } })
})

test('a handler may choose the status', async () => {
  const GET = routeFor(null)({ auth: 'public' }, async () => json({ a: 1 }, 201))
  expect(await outcome(await GET(get(), noParams))).toEqual({ status: 201, body: { a: 1 } })
})

test('a redirect keeps its location, and is not cached either', async () => {
  const GET = routeFor(null)({ auth: 'public' }, async () => Response.redirect(`${APP}/wallet`, 303))
  const response = await GET(get(), noParams)
  expect([response.status, response.headers.get('location'), response.headers.get('cache-control')]).toEqual([
    303,
    `${APP}/wallet`,
    'no-store',
  ])
})

test('body, query and params arrive parsed', async () => {
  const POST = routeFor(ANNA)(
    {
      auth: 'user',
      body: z.strictObject({ seconds: z.number() }),
      query: z.object({ page: z.coerce.number() }),
      params: z.object({ id: z.string() }),
    },
    async ({ body, query, params, ctx, user }) => ({
      seconds: body.seconds + 1,
      page: query.page + 1,
      id: params.id,
      by: [ctx.userId, user.email],
    }),
  )
  const request = new Request(`${APP}/api/x?page=2`, {
    method: 'POST',
    body: '{"seconds":4}',
    headers: { 'content-type': 'application/json', origin: APP },
  })
  const response = await POST(request, { params: Promise.resolve({ id: 'job_1' }) })
  expect(await outcome(response)).toEqual({
    status: 200,
    body: { seconds: 5, page: 3, id: 'job_1', by: ['usr_anna', 'anna@x.test'] },
  })
})

test('a body of the wrong shape is refused with the key at fault', async () => {
  const POST = routeFor(ANNA)({ auth: 'user', body: z.strictObject({ seconds: z.number() }) }, async () => null)
  expect(await outcome(await POST(post({ seconds: 'four' }), noParams))).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', field: 'seconds' },
  })
  expect(await outcome(await POST(post({ seconds: 4, secs: 4 }), noParams))).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', field: 'secs' },
  })
})

test('a body over the route’s limit is refused', async () => {
  const handle = vi.fn()
  const POST = routeFor(ANNA)({ auth: 'user', body: z.string(), maxBodyBytes: 20 }, handle)
  expect((await POST(post('x'.repeat(18)), noParams)).status).toBe(200)
  expect(await outcome(await POST(post('x'.repeat(19)), noParams))).toMatchObject({
    body: { code: 'payload_too_large' },
  })
  expect(handle).toHaveBeenCalledTimes(1)
})

test('nobody signed in: 401, and the handler does not run', async () => {
  const handle = vi.fn()
  const GET = routeFor(null)({ auth: 'user' }, handle)
  expect(await outcome(await GET(get(), noParams))).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  expect(handle).not.toHaveBeenCalled()
})

test.each([
  ['another site', 'https://evil.test'],
  ['the same host on another port', 'http://localhost:9999'],
  ['a subdomain', 'http://a.localhost:8788'],
  ['an opaque origin', 'null'],
  ['no origin', ''],
])('a change asked for by %s is refused, also of a signed-in user', async (_who, origin) => {
  const handle = vi.fn()
  const POST = routeFor(ANNA)({ auth: 'user', body: z.object({}) }, handle)
  const request = post({}, { origin })
  if (!origin) request.headers.delete('origin')
  expect(await outcome(await POST(request, noParams))).toMatchObject({ status: 403, body: { code: 'bad_origin' } })
  expect(handle).not.toHaveBeenCalled()
})

test('webhooks are public: they have no origin, and need none', async () => {
  const POST = routeFor(null)({ auth: 'public', body: z.object({}) }, async () => 'ok')
  const request = post({})
  request.headers.delete('origin')
  expect((await POST(request, noParams)).status).toBe(200)
})

test.each([
  ['user', 'GET', 403],
  ['user', 'DELETE', 403],
  ['admin_readonly', 'GET', 200],
  ['admin_readonly', 'DELETE', 403],
  ['admin', 'GET', 200],
  ['admin', 'DELETE', 200],
] as const)('an admin route answers %s, %s with %d', async (role, method, status) => {
  const handler = routeFor({ ...ANNA, role })({ auth: 'admin' }, async () => null)
  const request = new Request(`${APP}/api/x`, { method, headers: { origin: APP } })
  expect((await handler(request, noParams)).status).toBe(status)
})

test('a coded error becomes its status and body; the caller’s own faults are not logged', async () => {
  const GET = routeFor(ANNA)({ auth: 'user' }, async () => {
    throw new AppError('insufficient_funds', 'Add 3 credits.')
  })
  expect(await outcome(await GET(get(), noParams))).toEqual({
    status: 402,
    body: { code: 'insufficient_funds', message: 'Add 3 credits.' },
  })
  expect(log).not.toHaveBeenCalled()
})

test('a coded error of ours is logged with its cause', async () => {
  const cause = new Error('socket closed')
  const GET = routeFor(ANNA)({ auth: 'user' }, async () => {
    throw new AppError('payment_provider', 'Try again.', { cause })
  })
  expect((await GET(get('/api/x?token=SEKRET'), noParams)).status).toBe(502)
  expect(log).toHaveBeenCalledWith('error', 'request failed', {
    method: 'GET',
    path: '/api/x',
    error: expect.objectContaining({ cause }),
  })
})

test('an unknown error is logged, and shown to nobody', async () => {
  const error = new Error('SELECT * FROM users failed')
  const GET = routeFor(ANNA)({ auth: 'user' }, async () => {
    throw error
  })
  const { status, body } = await outcome(await GET(get(), noParams))
  expect([status, body.code]).toEqual([500, 'internal'])
  expect(JSON.stringify(body)).not.toContain('users')
  expect(log).toHaveBeenCalledWith('error', 'request failed', expect.objectContaining({ error }))
})

test('a context that cannot be made is an error like any other', async () => {
  const parts: RouteParts = {
    makeContext: () => {
      throw new Error('AUTH_SECRET: Invalid input')
    },
    readUser: async () => ANNA,
    log,
  }
  const GET = makeRoute(parts)({ auth: 'public' }, async () => null)
  expect(await outcome(await GET(get(), noParams))).toMatchObject({ status: 500, body: { code: 'internal' } })
})

test('of a parameter that is given twice neither is believed', async () => {
  const handle = vi.fn()
  const GET = routeFor(ANNA)({ auth: 'user', query: z.object({ id: z.string() }) }, handle)
  expect(await outcome(await GET(get('/api/x?id=mine&id=yours'), noParams))).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', field: 'id' },
  })
  expect(handle).not.toHaveBeenCalled()
})

test('a route without a body takes no large one either', async () => {
  const handle = vi.fn()
  const POST = routeFor(null)({ auth: 'public' }, handle)
  const headers = { 'content-length': String(64 * 1024 + 1) }
  const reply = await POST(new Request(`${APP}/api/x`, { method: 'POST', headers }), noParams)
  expect(await outcome(reply)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  expect(handle).not.toHaveBeenCalled()
})

const once = { limit: 1, windowMs: 60_000 }

test.each([
  ['reads of a user', 'read.user', 'GET'],
  ['reads of a network', 'read.ip', 'GET'],
  ['changes of a user', 'write.user', 'POST'],
  ['changes of a network', 'write.ip', 'POST'],
] as const)('%s are limited, and the answer says when to come again', async (_what, name, method) => {
  const user = { ...ANNA, id: `usr_${name}` }
  const handler = routeFor(user, { [name]: once })({ auth: 'user' }, async () => null)
  const ask = () => handler(new Request(`${APP}/api/x`, { method, headers: { origin: APP } }), noParams)
  expect((await ask()).status).toBe(200)
  const second = await ask()
  expect(second.headers.get('retry-after')).toBe('60')
  expect(await outcome(second)).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
})

test('changes of a user count together over all routes, and apart from those of others', async () => {
  const asked = (id: string) => routeFor({ ...ANNA, id }, { 'write.user': once })({ auth: 'user' }, async () => null)
  const request = () => new Request(`${APP}/api/x`, { method: 'DELETE', headers: { origin: APP } })
  expect((await asked('usr_two_routes')(request(), noParams)).status).toBe(200)
  expect((await asked('usr_two_routes')(request(), noParams)).status).toBe(429)
  expect((await asked('usr_another')(request(), noParams)).status).toBe(200)
})

test('who keeps guessing tokens is told to wait; a valid one passes all the same', async () => {
  const POST = routeFor(null, { 'refused.ip': once })({ auth: 'public' }, async ({ request }) => {
    if (request.headers.get('authorization') !== 'Bearer right') throw new AppError('unauthenticated', 'No.')
    return 'ok'
  })
  const ask = (token: string) =>
    POST(new Request(`${APP}/api/x`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }), noParams)
  expect((await ask('a')).status).toBe(401)
  expect((await ask('b')).status).toBe(429)
  expect((await ask('right')).status).toBe(200)
})
