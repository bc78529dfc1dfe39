import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sessions, users } from '#db/schema/accounts.ts'
import type { Role } from '#lib/contracts/api/account.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import { type AnyRouteSpec, json, makeRoute } from '#lib/platform/make-route.ts'
import { readText } from '#lib/platform/request-body.ts'
import { readSignedIn } from '#lib/platform/session-of-request.ts'
import { hashSessionToken, newSessionToken } from '#lib/services/accounts/session-token.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof METHODS)[number]
type Handler = ((request: Request, segment: { params: Promise<Record<string, string>> }) => Promise<Response>) & {
  spec?: AnyRouteSpec
}

const world = vi.hoisted(() => ({ services: null as unknown }))
const services = () => world.services as TestServices

// The same wrapper as everywhere, on a database of the test instead of the platform's.
vi.mock('#lib/platform/route.ts', () => ({
  json,
  readText,
  route: makeRoute({
    makeContext: () => services().ctx,
    readUser: readSignedIn,
    log: () => undefined,
  }),
}))

const root = import.meta.dirname
const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('route.ts')).sort()
const cookies = {} as Record<Role, string>

beforeAll(async () => {
  world.services = await openTestServices()
  for (const role of ['user', 'admin', 'admin_readonly'] as const) cookies[role] = await signInAs(role)
})
afterAll(() => services().close())

async function signInAs(role: Role): Promise<string> {
  const ctx = await services().newUser()
  await ctx.db.update(users).set({ role }).where(eq(users.id, ctx.userId))
  const token = newSessionToken()
  await ctx.db.insert(sessions).values({
    sessionToken: await hashSessionToken(token),
    id: ctx.newId('ses'),
    userId: ctx.userId,
    expires: new Date(ctx.nowMs() + 3_600_000),
    createdAtMs: ctx.nowMs(),
  })
  return `session=${token}`
}

interface Asker {
  cookie?: string
  origin?: string
}

function call(handler: Handler, method: Method, path: string, { cookie, origin }: Asker): Promise<Response> {
  const { appUrl } = services().ctx.settings
  const headers = new Headers({ origin: origin ?? appUrl, ...(cookie && { cookie }) })
  const body = method === 'GET' || method === 'HEAD' ? undefined : '{}'
  if (body) headers.set('content-type', 'application/json')
  const request = new Request(`${appUrl}/api/admin/${path}`, { method, headers, body })
  return handler(request, { params: Promise.resolve({ id: 'none' }) })
}

test('there are admin routes', () => {
  expect(files.length).toBeGreaterThan(1)
})

describe.each(files)('%s', (file) => {
  const path = relative(root, join(root, file, '..'))

  test('answers admins alone; a read-only admin changes nothing', async () => {
    const module = (await import(/* @vite-ignore */ join(root, file))) as Partial<Record<Method, Handler>>
    const handlers = METHODS.flatMap((method) => (module[method] ? [{ method, handler: module[method] }] : []))
    expect(handlers.length).toBeGreaterThan(0)
    for (const { method, handler } of handlers) {
      expect(handler.spec?.auth, `${method} ${path}`).toBe('admin')
      const status = async (asker: Asker) => (await call(handler, method, path, asker)).status
      const changes = method !== 'GET' && method !== 'HEAD'
      expect([method, await status({})]).toEqual([method, 401])
      expect([method, await status({ cookie: cookies.user })]).toEqual([method, 403])
      const readOnly = await call(handler, method, path, { cookie: cookies.admin_readonly })
      if (changes) {
        expect([method, readOnly.status, await readOnly.json()]).toMatchObject([method, 403, { code: 'forbidden' }])
        expect([method, await status({ cookie: cookies.admin, origin: 'https://evil.example' })]).toEqual([method, 403])
      }
      // Past the door: whatever comes then is about the request, not about who asks.
      else expect([401, 403]).not.toContain(readOnly.status)
      expect([401, 403]).not.toContain(await status({ cookie: cookies.admin }))
    }
  })
})
