import type { z } from 'zod'
import type { MeView } from '#lib/contracts/api/account.ts'
import { AppError, ERROR_CODES, invalidRequest } from '#lib/contracts/errors.ts'
import type { Ctx, Log, UserCtx } from '#lib/services/context.ts'
import { type Auth, makeAdmission, type ReadUser } from './admission.ts'
import { readJson, refuseDeclared } from './request-body.ts'

/** What the wrapper needs of the platform; tests give it their own. */
export interface RouteParts {
  makeContext: () => Ctx
  readUser: ReadUser
  log: Log
}

type Schema = z.ZodType | undefined
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteSpec<A extends Auth, B extends Schema, Q extends Schema, P extends Schema> {
  auth: A
  body?: B
  query?: Q
  params?: P
  /** Of the body; default 64 KiB. A handler that reads the request itself bounds what it reads by the same. */
  maxBodyBytes?: number
}

/** What a handler was made from, for tests that try every route with what its schemas say. */
export type AnyRouteSpec = RouteSpec<Auth, Schema, Schema, Schema>

export interface RouteInput<A extends Auth, B extends Schema, Q extends Schema, P extends Schema> {
  ctx: A extends 'public' ? Ctx : UserCtx
  user: A extends 'public' ? null : MeView
  request: Request
  body: Parsed<B>
  query: Parsed<Q>
  params: Parsed<P>
}

/** Next's second argument. */
interface Segment {
  params: Promise<Record<string, string | string[] | undefined>>
}

const DEFAULT_MAX_BODY_BYTES = 64 * 1024
/** For refusals that name no time of their own. */
const DEFAULT_RETRY_AFTER_S = 60

/** A JSON answer with another status than 200. */
export function json(data: unknown, status: number): Response {
  return Response.json(data, { status })
}

/**
 * Builds the wrapper every API route goes through: who is asking, from where, with what; then the service; then its answer or
 * its coded error as HTTP. Whatever the handler returns that is no Response becomes JSON. Nothing is cached.
 */
export function makeRoute(parts: RouteParts) {
  return function route<
    A extends Auth,
    B extends Schema = undefined,
    Q extends Schema = undefined,
    P extends Schema = undefined,
  >(spec: RouteSpec<A, B, Q, P>, handle: (input: RouteInput<A, B, Q, P>) => Promise<unknown>) {
    const admission = makeAdmission(parts.readUser)
    const maxBytes = spec.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES

    async function answer(ctx: Ctx, request: Request, segment: Segment): Promise<unknown> {
      const user = spec.auth === 'public' ? null : await admission.admit(spec.auth, ctx, request)
      refuseDeclared(request, maxBytes)
      const input = {
        ctx: user ? { ...ctx, userId: user.id } : ctx,
        user,
        request,
        body: spec.body && parse(spec.body, await readJson(request, maxBytes)),
        query: spec.query && parse(spec.query, readQuery(request)),
        params: spec.params && parse(spec.params, await segment.params),
      } as RouteInput<A, B, Q, P>
      return await handle(input)
    }

    async function handler(request: Request, segment: Segment): Promise<Response> {
      let ctx: Ctx | null = null
      try {
        ctx = parts.makeContext()
        return uncached(await answer(ctx, request, segment))
      } catch (error) {
        const limited = ctx && isRefusal(error) ? admission.refused(ctx, request) : null
        return uncached(failure(parts.log, request, limited ?? error))
      }
    }
    return Object.assign(handler, { spec: spec as AnyRouteSpec })
  }
}

/** No session, or a token or signature that is not ours. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'unauthenticated' || error.code === 'forbidden')
}

/** Each parameter once: of two, another reader of the address might believe the other one. */
function readQuery(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url)
  const names = [...searchParams.keys()]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new AppError('invalid_request', 'A parameter is given more than once.', { field: twice.slice(0, 64) })
  }
  return Object.fromEntries(searchParams)
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (!result.success) throw invalidRequest(result.error)
  return result.data
}

function failure(log: Log, request: Request, error: unknown): Response {
  const coded = error instanceof AppError ? error : null
  if (!coded || ERROR_CODES[coded.code].fault === 'us') {
    log('error', 'request failed', { method: request.method, path: new URL(request.url).pathname, error })
  }
  const shown = coded ?? new AppError('internal', 'Something went wrong on our side. Try again in a moment.')
  const response = json(shown.toBody(), shown.status)
  const retryAfterS = shown.retryAfterS ?? (shown.status === 429 ? DEFAULT_RETRY_AFTER_S : undefined)
  if (retryAfterS !== undefined) response.headers.set('retry-after', String(retryAfterS))
  return response
}

function uncached(result: unknown): Response {
  const answer = result instanceof Response ? result : Response.json(result ?? null)
  // Copied because the headers of some responses (redirects) cannot be changed.
  const response = new Response(answer.body, answer)
  response.headers.set('cache-control', 'no-store')
  return response
}
