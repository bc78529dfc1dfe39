import fc from 'fast-check'
import { expect } from 'vitest'
import type { z } from 'zod'
import { ERROR_CODES, ErrorBody, type ErrorCode } from '#lib/contracts/errors.ts'
import type { AttackWorld, Call, Person } from './attack-world.ts'
import { brokenBody, hostileText, spoiled } from './hostile-values.ts'
import { ROUTE_TABLE, type RouteEntry } from './route-table.ts'
import type { ServedRoute } from './routes-on-disk.ts'
import { valuesOf } from './values-of-schema.ts'

/** What a refusal of ours may be when nothing is broken: an operator's switch, which no request can throw. */
const HONEST_5XX = new Set<ErrorCode>(['task_paused'])
/** Words of a database, a runtime or a stack that no answer may contain. */
const INSIDES = /D1_ERROR|SQLITE|constraint failed|node_modules|\bat \w+ \(|TypeError|RangeError|ReferenceError/

export interface FuzzReport {
  /** How many answers had which status. */
  statuses: Map<number, number>
  /** What no log line may contain. */
  secrets: readonly string[]
}

/** Sends one route `runs` random requests made from its schemas and checks every answer. */
export async function fuzzRoute(world: AttackWorld, route: ServedRoute, runs: number): Promise<FuzzReport> {
  const person = await world.newPerson()
  const stranger = await world.newPerson()
  const operator = route.spec?.auth === 'admin' ? await world.admin() : {}
  const ids = [...Object.values(person.ids), ...Object.values(stranger.ids), '']
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(callsOf(route, ids, person, operator), async (call) => {
      const reply = await person.call(route.name, call)
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
      await checkAnswer(reply)
      expect(Object.prototype).not.toHaveProperty('polluted')
    }),
    { numRuns: runs, endOnFailure: true },
  )
  return { statuses, secrets: [person.workerToken, person.headers.cookie?.split('=')[1] ?? ''] }
}

async function checkAnswer(reply: Response): Promise<void> {
  const text = await reply.text()
  expect(text).not.toMatch(INSIDES)
  expect(reply.headers.get('cache-control') ?? 'no-store').toBe('no-store')
  if (reply.status < 400) return
  const body = ErrorBody.parse(JSON.parse(text))
  expect(reply.status, text).toBe(ERROR_CODES[body.code].status)
  if (reply.status >= 500) expect(HONEST_5XX, text).toContain(body.code)
}

function callsOf(
  route: ServedRoute,
  ids: readonly string[],
  person: Person,
  operator: Record<string, string>,
): fc.Arbitrary<Call> {
  const entry: RouteEntry | undefined = ROUTE_TABLE[route.name]
  const credentials = entry?.auth === 'admin' ? { headers: operator } : (entry?.credentials?.(person) ?? {})
  // What nobody else may do with this person's things, they may.
  const good = entry?.foreign?.(person)
  const parts = {
    params: paramsOf(route, entry, ids, good?.params),
    query: queriesOf(route, ids).map((query) => (query === '' ? (credentials.query ?? '') : query)),
    sent: route.method === 'GET' ? fc.constant<Sent>({}) : bodiesOf(route, entry, ids, good?.body),
  }
  return fc.record(parts).map(({ params, query, sent }) => ({
    // An address is UTF-8: it cannot carry half a character.
    params: Object.fromEntries(Object.entries(params).map(([name, text]) => [name, text.toWellFormed()])),
    query,
    body: sent.body,
    headers: { ...(sent.type === undefined ? {} : { 'content-type': sent.type }), ...credentials.headers },
  }))
}

function paramsOf(
  route: ServedRoute,
  entry: RouteEntry | undefined,
  ids: readonly string[],
  own: Record<string, string> | undefined,
) {
  const names = [...route.pattern.matchAll(/\[(?:\.\.\.)?(\w+)\]/g)].map(([, name = '']) => name)
  const text = fc.oneof(fc.constantFrom(...ids), hostileText, fc.string({ maxLength: 70 }))
  const hostile = fc.record(Object.fromEntries(names.map((name) => [name, text])))
  const good = entry?.params ?? (own ? [own] : [])
  return good.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...good) }, hostile) : hostile
}

/** Mostly what the schema says, one value spoiled now and then, and sometimes no query at all. */
function queriesOf(route: ServedRoute, ids: readonly string[]): fc.Arbitrary<string> {
  const schema = route.spec?.query
  if (!schema) return fc.constantFrom('', '?x=1', '?x=1&x=2', '?%', '?__proto__=1')
  const good = valuesOf(schema, ids)
  return fc.oneof(fc.constant(''), good.map(toQuery), spoiled(good).map(toQuery))
}

function toQuery(values: unknown): string {
  const texts = Object.entries(values ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  const pairs = texts.map(([key = '', text = '']) => [key, text.toWellFormed()])
  return `?${new URLSearchParams(pairs)}`
}

interface Sent {
  body?: unknown
  type?: string
}

function bodiesOf(
  route: ServedRoute,
  entry: RouteEntry | undefined,
  ids: readonly string[],
  own: unknown,
): fc.Arbitrary<Sent> {
  const json = 'application/json'
  const types = fc.constantFrom(entry?.rawBody ?? json, json, 'text/plain', 'application/x-www-form-urlencoded', '')
  const broken = fc.record({ body: brokenBody, type: types })
  if (entry?.rawBody)
    return fc.oneof(
      broken,
      formsOf().map((body) => ({ body, type: entry.rawBody ?? json })),
    )
  const schemas = [...(route.spec?.body ? [route.spec.body] : []), ...(entry?.bodies ?? [])]
  if (schemas.length === 0) return fc.oneof(fc.constant<Sent>({}), broken)
  const good = fc.oneof(
    ...schemas.map((schema) => valuesOf(schema as z.ZodType, ids)),
    ...(own === undefined ? [] : [fc.constant(own)]),
  )
  const asJson = (values: fc.Arbitrary<unknown>) => values.map((body) => ({ body: JSON.stringify(body), type: json }))
  return fc.oneof(
    { weight: 3, arbitrary: asJson(good) },
    { weight: 4, arbitrary: asJson(spoiled(good)) },
    { weight: 1, arbitrary: broken },
  )
}

/** Fields of the sign-in forms, good and hostile. */
function formsOf(): fc.Arbitrary<string> {
  const text = fc.oneof(hostileText, fc.emailAddress(), fc.string())
  const fields = fc.record({ email: text, token: text, callbackUrl: text, csrfToken: text }, { requiredKeys: [] })
  return fields.map((form) =>
    new URLSearchParams(Object.entries(form).map(([key, value]) => [key, value.toWellFormed()])).toString(),
  )
}
