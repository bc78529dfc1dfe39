import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ErrorBody } from '#lib/contracts/errors.ts'
import { type AttackWorld, type Call, openAttackWorld, type Person } from './attack-world.ts'
import { ROUTE_TABLE } from './route-table.ts'
import { routesOnDisk, type ServedRoute } from './routes-on-disk.ts'
import { idFieldsOf } from './values-of-schema.ts'

vi.mock('#lib/platform/cloudflare.ts', () => import('./host.ts'))

const routes = await routesOnDisk()
const entryOf = (route: ServedRoute) => ROUTE_TABLE[route.name]
const signedIn = routes.filter(({ spec }) => spec && spec.auth !== 'public')
const changing = signedIn.filter(({ method }) => method !== 'GET')

let world: AttackWorld
let victim: Person
let attacker: Person
let operator: Record<string, string>
beforeAll(async () => {
  world = await openAttackWorld()
  victim = await world.newPerson()
  attacker = await world.newPerson()
  operator = await world.admin()
})
afterAll(() => world.close())

async function refusal(reply: Response): Promise<ErrorBody & { status: number }> {
  return { ...ErrorBody.strict().parse(await reply.json()), status: reply.status }
}

/** A call its owner could make: what an attack differs from by one thing. */
const goodCall = (route: ServedRoute, owner: Person): Call => entryOf(route)?.foreign?.(owner) ?? {}

test('every route on disk is in the table: add yours to route-table.ts', () => {
  expect(routes.map((route) => route.name).filter((name) => !(name in ROUTE_TABLE))).toEqual([])
})

test('every route is made by the wrapper, but for the constant', () => {
  expect(routes.filter((route) => route.spec === null).map((route) => route.name)).toEqual(['GET /api/health'])
})

test('each route asks for whom the table says', () => {
  for (const route of routes) {
    const auth = entryOf(route)?.auth
    if (route.spec) expect(route.spec.auth, route.name).toBe(typeof auth === 'string' ? auth : 'public')
  }
})

test('a route that takes an id says in the table whose, or why that is harmless', () => {
  const silent = signedIn.filter(({ spec, ...route }) => {
    const schemas = [spec?.body, spec?.query, spec?.params, ...(ROUTE_TABLE[route.name]?.bodies ?? [])]
    const takesIds = schemas.some((schema) => schema && idFieldsOf(schema).length > 0)
    const entry = ROUTE_TABLE[route.name]
    return takesIds && !entry?.foreign && !entry?.idsAreHarmless
  })
  expect(silent.map((route) => route.name)).toEqual([])
})

describe('what belongs to someone else is not there', () => {
  test.each(routes.filter((route) => entryOf(route)?.foreign).map((route) => [route.name, route] as const))(
    '%s',
    async (name, route) => {
      const before = await world.snapshot()
      const stored = await world.jobs.services.storedKeys('users/')
      const reply = await attacker.call(name, goodCall(route, victim))
      expect(await refusal(reply)).toMatchObject({ status: 404, code: 'not_found' })
      expect(await world.snapshot()).toEqual(before)
      expect(await world.jobs.services.storedKeys('users/')).toEqual(stored)
    },
  )
})

test('the calls that were refused are good ones: their owner may make them', async () => {
  const owner = await world.newPerson()
  const harmless = routes.filter((route) => route.method === 'GET' && entryOf(route)?.foreign)
  expect(harmless.length).toBeGreaterThan(4)
  for (const route of harmless) {
    const { status } = await owner.call(route.name, goodCall(route, owner))
    expect(status === 404 || status >= 500, `${route.name} ${status}`).toBe(false)
  }
})

describe('without a session there is nothing', () => {
  test.each(signedIn.map((route) => [route.name, route] as const))('%s', async (name, route) => {
    const before = await world.snapshot()
    for (const cookie of [
      '',
      'session=',
      `session=${'0'.repeat(64)}`,
      'session=%00',
      `session=${victim.ids.session}`,
    ]) {
      const reply = await attacker.call(name, { ...goodCall(route, victim), anonymous: true, headers: { cookie } })
      expect(await refusal(reply)).toMatchObject({ status: 401, code: 'unauthenticated' })
    }
    expect(await world.snapshot()).toEqual(before)
  })
})

describe('a page of another site changes nothing, whoever is signed in', () => {
  const origins = ['https://evil.example', 'null', '', 'http://localhost:9999', 'http://localhost:8788.evil.example']
  test.each(changing.map((route) => [route.name, route] as const))('%s', async (name, route) => {
    const before = await world.snapshot()
    for (const origin of origins) {
      const reply = await victim.call(name, { ...goodCall(route, victim), headers: { origin } })
      expect(await refusal(reply), origin).toMatchObject({ status: 403, code: 'bad_origin' })
    }
    expect(await world.snapshot()).toEqual(before)
  })
})

test('what operators see is shown to nobody else', async () => {
  const forAdmins = routes.filter((route) => route.spec?.auth === 'admin')
  expect(forAdmins.length).toBeGreaterThan(0)
  for (const route of forAdmins) {
    const reply = await attacker.call(route.name, goodCall(route, victim))
    expect(await refusal(reply), route.name).toMatchObject({ status: 403, code: 'forbidden' })
  }
})

describe('bodies', () => {
  const withBody = routes.filter((route) => route.spec?.body)
  const nobodyKnows = (route: ServedRoute) => !entryOf(route)?.looseBody

  const callWith = (name: string, call: Call) => {
    const entry = ROUTE_TABLE[name]
    const credentials = entry?.auth === 'admin' ? { headers: operator } : (entry?.credentials?.(attacker) ?? {})
    const params = { id: 'x', job_id: 'x', ...ROUTE_TABLE[name]?.params?.[0] }
    return attacker.call(name, {
      params,
      ...call,
      ...credentials,
      headers: { ...credentials.headers, ...call.headers },
    })
  }

  test.each(withBody.map((route) => [route.name, route] as const))(
    '%s takes JSON of its own size, and knows every key',
    async (name, route) => {
      const json = { 'content-type': 'application/json' }
      const limit = route.spec?.maxBodyBytes ?? 64 * 1024
      const large = JSON.stringify({ a: 'x'.repeat(limit) })
      expect(await refusal(await callWith(name, { body: large, headers: json }))).toMatchObject({ status: 413 })
      const types = [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/jsonp',
      ]
      for (const type of types) {
        const reply = await callWith(name, { body: '{}', headers: { 'content-type': type } })
        expect(await refusal(reply), type).toMatchObject({ status: 415, code: 'unsupported_media_type' })
      }
      const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
      for (const body of ['', '{', 'null', '[]', '"a"', '\u0000', deep]) {
        expect(await refusal(await callWith(name, { body, headers: json })), body).toMatchObject({
          status: 400,
          code: 'invalid_request',
        })
      }
      if (!nobodyKnows(route)) return
      const reply = await callWith(name, { body: '{"surely_unknown":1}', headers: json })
      expect(await refusal(reply)).toMatchObject({ status: 400, code: 'invalid_request' })
    },
  )
})

test('parameters that are given twice are refused wherever parameters are read', async () => {
  const reading = routes.filter((route) => route.spec?.query)
  expect(reading.length).toBeGreaterThan(3)
  for (const route of reading) {
    const reply = await attacker.call(route.name, {
      query: '?cursor=a&cursor=b',
      body: route.spec?.body ? {} : undefined,
    })
    expect([400, 403], route.name).toContain(reply.status)
  }
})
