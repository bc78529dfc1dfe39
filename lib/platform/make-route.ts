import type { z } from 'zod'
import type { MeView } from '#lib/contracts/api/account.ts'
import { AppError, ERROR_CODES, invalidRequest } from '#lib/contracts/errors.ts'
import type { Ctx, Log, UserCtx } from '#lib/services/context.ts'
import { readJson } from './request-body.ts'

export type Auth = 'user' | 'admin' | 'public'

/** What the wrapper needs of the platform; tests give it their own. */
export interface RouteParts {
  makeContext: () => Ctx
  readUser: (ctx: Ctx) => Promise<MeView | null>
  log: Log
}

type Schema = z.ZodType | undefined
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteSpec<A extends Auth, B extends Schema, Q extends Schema, P extends Schema> {
  auth: A
  body?: B
  query?: Q
  params?: P
  /** Of the JSON body; default 64 KiB. */
  maxBodyBytes?: number
}

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
const READ_ONLY_METHODS = new Set(['GET', 'HEAD'])

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
    return async (request: Request, segment: Segment): Promise<Response> => {
      try {
        const ctx = parts.makeContext()
        const user = spec.auth === 'public' ? null : await admit(parts, spec.auth, ctx, request)
        const input = {
          ctx: user ? { ...ctx, userId: user.id } : ctx,
          user,
          request,
          body: spec.body && parse(spec.body, await readJson(request, spec.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES)),
          query: spec.query && parse(spec.query, Object.fromEntries(new URL(request.url).searchParams)),
          params: spec.params && parse(spec.params, await segment.params),
        } as RouteInput<A, B, Q, P>
        return uncached(await handle(input))
      } catch (error) {
        return uncached(failure(parts.log, request, error))
      }
    }
  }
}

/** The signed-in user, if they may make this request at all. */
async function admit(parts: RouteParts, auth: 'user' | 'admin', ctx: Ctx, request: Request): Promise<MeView> {
  const changes = !READ_ONLY_METHODS.has(request.method)
  // Cookies travel with requests other sites make; the Origin header says which site that was, and no page can forge it.
  if (changes && request.headers.get('origin') !== ctx.settings.appUrl) {
    throw new AppError('bad_origin', 'This request did not come from the app itself.')
  }
  const user = await parts.readUser(ctx)
  if (!user) throw new AppError('unauthenticated', 'Sign in first.')
  if (auth === 'admin' && user.role !== 'admin' && (changes || user.role !== 'admin_readonly')) {
    throw new AppError('forbidden', 'Your account may not do this.')
  }
  return user
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
  return json(shown.toBody(), shown.status)
}

function uncached(result: unknown): Response {
  const answer = result instanceof Response ? result : Response.json(result ?? null)
  // Copied because the headers of some responses (redirects) cannot be changed.
  const response = new Response(answer.body, answer)
  response.headers.set('cache-control', 'no-store')
  return response
}
