import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expandResponse } from '#lib/local/stripe/resources/expand-response.ts'
import { ROUTES } from '#lib/local/stripe/resources/routes.ts'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import { API_VERSION, type Work } from '#lib/local/stripe/store/work.ts'
import type { World } from '#lib/local/stripe/world.ts'
import { type ApiFault, ApiFaults } from './api-faults.ts'
import { authenticate } from './authenticate.ts'
import { checkVersion } from './check-version.ts'
import { RequestError } from './errors.ts'
import { canonicalForm, decodeForm } from './form-decoder.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { readBody, requireForm } from './read-body.ts'
import type { PreparedCall, Route } from './route.ts'

interface Answer {
  status: number
  body: string
  headers?: Record<string, string>
}

interface Call {
  requestId: string
  key: string | undefined
  fingerprint: string
  id: string
  prepared: PreparedCall
}

/** The `/v1` API: authentication, version, parameters, idempotency, the endpoint itself, Stripe's envelopes and headers. */
export class ApiHandler {
  readonly faults = new ApiFaults()
  readonly #world: World
  readonly #secretKey: string
  readonly #keys: IdempotencyKeys

  constructor(world: World, secretKey: string) {
    this.#world = world
    this.#secretKey = secretKey
    this.#keys = new IdempotencyKeys(world.store)
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const requestId = newId('req', 14)
    const fault = this.faults.take(request.method ?? '', url.pathname)
    let answer: Answer
    try {
      answer = await this.#answer(request, url, requestId, fault)
    } catch (error) {
      answer = failure(error)
    }
    if (fault?.action === 'drop_response') {
      request.socket.destroy()
      return
    }
    const key = request.headers['idempotency-key']
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer.body),
      'cache-control': 'no-cache, no-store',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      ...(typeof key === 'string' && { 'idempotency-key': key, 'original-request': requestId }),
      ...(answer.status === 401 && { 'www-authenticate': 'Basic realm="Stripe"' }),
      ...answer.headers,
    })
    response.end(answer.body)
  }

  async #answer(request: IncomingMessage, url: URL, requestId: string, fault: ApiFault | undefined): Promise<Answer> {
    const body = await readBody(request)
    authenticate(request.headers, this.#secretKey)
    checkVersion(header(request, 'stripe-version'))
    if (fault?.action === 'status') throw outage(fault.status)
    const method = request.method ?? 'GET'
    if (method === 'POST') requireForm(request.headers['content-type'], body)
    const form = decodeForm(method === 'POST' ? body : url.search.slice(1))
    const found = findRoute(method, url.pathname)
    const key = method === 'POST' ? header(request, 'idempotency-key') : undefined
    const fingerprint = `${method} ${url.pathname} ${canonicalForm(form)}`
    const earlier = key === undefined ? undefined : this.#keys.claim(key, fingerprint, this.#world.clock())
    if (earlier) {
      const headers = { 'idempotent-replayed': 'true', 'original-request': earlier.requestId }
      return { status: earlier.status, body: earlier.body, headers }
    }
    try {
      if (fault?.action === 'delay') await sleep(fault.delay_ms)
      return this.#execute({ requestId, key, fingerprint, id: found.id, prepared: found.route.prepare(form) })
    } finally {
      if (key !== undefined) this.#keys.release(key)
    }
  }

  /** Runs the endpoint; its effects, its events and the remembered answer become durable together. */
  #execute(call: Call): Answer {
    const origin = { id: call.requestId, idempotencyKey: call.key ?? null }
    try {
      return this.#world.transact((work) => {
        const answer = runEndpoint(work, call)
        remember(work, call, answer)
        return answer
      }, origin)
    } catch (error) {
      if (!(error instanceof RequestError) || !error.executed) throw error
      const answer = failure(error)
      this.#world.transact((work) => remember(work, call, answer), origin)
      return answer
    }
  }
}

function runEndpoint(work: Work, { prepared, id }: Call): Answer {
  try {
    const result = expandResponse(work, prepared.run(work, id), prepared.expand)
    return { status: 200, body: JSON.stringify(result, null, 2) }
  } catch (error) {
    if (error instanceof RequestError && error.keepsWork) return failure(error)
    throw error
  }
}

function remember(work: Work, call: Call, answer: Answer): void {
  if (call.key === undefined) return
  const { fingerprint, requestId } = call
  work.put('idempotency', {
    id: call.key,
    fingerprint,
    requestId,
    createdMs: work.nowMs,
    status: answer.status,
    body: answer.body,
  })
}

function findRoute(method: string, path: string): { route: Route; id: string } {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(path) : null
    if (match) return { route, id: match[1] ?? '' }
  }
  const message =
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
    'https://support.stripe.com/.'
  throw new RequestError(404, { type: 'invalid_request_error', message }, { executed: false })
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function outage(status: number): RequestError {
  const body =
    status === 429
      ? ({ type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' } as const)
      : ({ type: 'api_error', message: 'An unknown error occurred' } as const)
  return new RequestError(status, body, { executed: false })
}

function failure(error: unknown): Answer {
  if (error instanceof RequestError) {
    return { status: error.status, body: JSON.stringify({ error: error.body }, null, 2) }
  }
  console.error(error)
  const body = { type: 'api_error', message: 'The local Stripe stand-in failed; its log says why.' }
  return { status: 500, body: JSON.stringify({ error: body }, null, 2) }
}
