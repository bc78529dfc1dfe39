import { Auth } from '@auth/core'
import { z } from 'zod'
import {
  ConfirmSignIn,
  SIGN_IN_PATHS,
  SIGNED_IN_PATH,
  type SignInError,
  type SignInProvider,
  StartOAuth,
  StartSignIn,
} from '#lib/contracts/api/sign-in.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { safeCallbackPath } from '#lib/core/accounts/safe-callback-path.ts'
import { networkOf } from '#lib/platform/network-address.ts'
import { mediaType, readText } from '#lib/platform/request-body.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import { readSessionCookie, sessionCookieName } from '#lib/services/accounts/session-cookie.ts'
import type { Ctx } from '#lib/services/context.ts'
import { authAdapter } from './auth-adapter.ts'
import { AUTH_BASE_PATH, type AuthSettings, authConfig } from './auth-config.ts'
import { authReply, type Outcome } from './auth-reply.ts'

interface Exchange {
  ctx: Ctx
  auth: AuthSettings
  request: Request
}

const MAX_FORM_BYTES = 8 * 1024
const FORM = 'application/x-www-form-urlencoded'

/**
 * Everything below /api/auth (see lib/contracts/api/sign-in.ts). Auth.js sees only requests made here, of the few kinds we use; whatever
 * else it would answer does not exist. Throws AppError `not_found`, `bad_origin`, `payload_too_large`.
 */
export async function handleAuth(exchange: Exchange): Promise<Response> {
  const { request } = exchange
  const path = new URL(request.url).pathname.slice(AUTH_BASE_PATH.length)
  return authReply(request, await outcomeOf(exchange, `${request.method} ${path}`))
}

async function outcomeOf(exchange: Exchange, route: string): Promise<Outcome> {
  switch (route) {
    case 'POST /signin/email':
      return await startByMail(exchange)
    case 'POST /confirm':
      return await confirm(exchange)
    case 'POST /signout':
      return await signOut(exchange)
    case 'POST /signin/google':
    case 'POST /signin/github':
      return await startByProvider(exchange, route.endsWith('google') ? 'google' : 'github')
    case 'GET /callback/google':
    case 'GET /callback/github':
      return await signIn(exchange, `${new URL(exchange.request.url).pathname}${new URL(exchange.request.url).search}`)
    default:
      throw new AppError('not_found', 'There is nothing here.')
  }
}

async function startByMail(exchange: Exchange): Promise<Outcome> {
  const { ctx } = exchange
  const form = StartSignIn.safeParse(await readForm(exchange))
  if (!form.success) return failed('invalid_email', 'Enter an e-mail address.')
  const { email } = form.data
  // The asking network first: what it asks beyond its own limit must not use up what others may be sent.
  const limited = await limit(ctx, [
    { key: `sign_in_mail_from:${networkOf(exchange.request)}`, ...ctx.settings.rateLimits['sign_in_mail.ip'] },
    { key: `sign_in_mail:${email}`, ...ctx.settings.rateLimits['sign_in_mail.address'] },
  ])
  if (limited) return limited
  const reply = await askAuth(exchange, {
    path: '/signin/email',
    form: { email },
    callbackPath: callbackPath(exchange, form.data.callbackUrl),
  })
  if ('error' in reply) return reply
  return { url: `${SIGN_IN_PATHS.sent}?${new URLSearchParams({ email })}`, cookies: [] }
}

async function confirm(exchange: Exchange): Promise<Outcome> {
  const form = ConfirmSignIn.safeParse(await readForm(exchange))
  if (!form.success) return failed('link_expired', 'This sign-in link is not complete. Ask for a new one.')
  const { ctx, request } = exchange
  const limited = await limit(ctx, [
    { key: `sign_in_confirm:${networkOf(request)}`, ...ctx.settings.rateLimits['sign_in_confirm.ip'] },
  ])
  if (limited) return limited
  const { token, email, callbackUrl } = form.data
  const query = new URLSearchParams({ token, email, callbackUrl: callbackPath(exchange, callbackUrl) })
  return await signIn(exchange, `${AUTH_BASE_PATH}/callback/email?${query}`)
}

/** Ends in a new session, whatever session the browser had; that one is over. */
async function signIn(exchange: Exchange, pathAndQuery: string): Promise<Outcome> {
  const outcome = await askAuth(exchange, { path: pathAndQuery.slice(AUTH_BASE_PATH.length) })
  if ('url' in outcome) await endSession(exchange)
  return outcome
}

async function startByProvider(exchange: Exchange, provider: SignInProvider): Promise<Outcome> {
  if (!exchange.auth[provider]) throw new AppError('not_found', 'There is nothing here.')
  const { callbackUrl } = StartOAuth.catch({ callbackUrl: '' }).parse(await readForm(exchange))
  const path = callbackPath(exchange, callbackUrl)
  return await askAuth(exchange, { path: `/signin/${provider}`, form: {}, callbackPath: path })
}

async function signOut(exchange: Exchange): Promise<Outcome> {
  const { callbackUrl } = StartOAuth.catch({ callbackUrl: '' }).parse(await readForm(exchange))
  await endSession(exchange)
  const { appUrl } = exchange.ctx.settings
  const secure = appUrl.startsWith('https:') ? '; Secure' : ''
  const gone = `${sessionCookieName(appUrl)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`
  return { url: safeCallbackPath(callbackUrl, { appUrl, fallback: '/' }), cookies: [gone] }
}

async function endSession({ ctx, request }: Exchange): Promise<void> {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  if (token) await authAdapter({ ctx, userAgent: '' }).deleteSession?.(token)
}

/** What Auth.js answers to a request we make: it never sees the browser's own, nor its session. */
async function askAuth(
  { ctx, auth, request }: Exchange,
  { path, form, callbackPath = '' }: { path: string; form?: Record<string, string>; callbackPath?: string },
): Promise<Outcome> {
  const { appUrl } = ctx.settings
  const headers = new Headers({ 'x-auth-return-redirect': '1', cookie: withoutSession(appUrl, request) })
  const callbackUrl = `${appUrl}${callbackPath || SIGNED_IN_PATH}`
  const body = form && new URLSearchParams({ ...form, callbackUrl })
  const asked = new Request(`${appUrl}${AUTH_BASE_PATH}${path}`, { method: body ? 'POST' : 'GET', headers, body })
  const userAgent = request.headers.get('user-agent') ?? ''
  const response = await Auth(asked, authConfig({ ctx, auth, userAgent, callbackPath }))
  const reply = AuthReply.safeParse(await response.json().catch(() => null))
  if (!reply.success) return failed('unavailable', 'Signing in does not work right now. Try again in a moment.')
  const url = new URL(reply.data.url, appUrl)
  const error = url.origin === appUrl && url.pathname === SIGN_IN_PATHS.start ? url.searchParams.get('error') : null
  if (error !== null) return errorOf(error)
  // The provider's page, or one of ours: the way back comes out of a cookie, so it is looked at once more.
  const shown = url.origin === appUrl ? safeCallbackPath(url.href, { appUrl, fallback: SIGNED_IN_PATH }) : url.href
  return { url: shown, cookies: response.headers.getSetCookie() }
}

const AuthReply = z.object({ url: z.string() })

/** Auth.js' error types (https://authjs.dev/reference/core/errors) in ours. */
function errorOf(type: string): Outcome {
  switch (type) {
    case 'Verification':
      return failed('link_expired', 'This sign-in link was used already, or it is too old. Ask for a new one.')
    case 'AccessDenied':
    case 'OAuthAccountNotLinked':
      return failed('access_denied', 'You cannot sign in this way. Use a link by e-mail.')
    default:
      return failed('unavailable', 'Signing in does not work right now. Try again in a moment.')
  }
}

/** Counts in this order, up to the first limit that is passed. */
async function limit(ctx: Ctx, limits: readonly { key: string; limit: number; windowMs: number }[]) {
  try {
    for (const input of limits) await checkRateLimit({ ctx, input })
    return null
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate_limited') {
      return { ...failed('rate_limited', error.message), retryAfterS: error.retryAfterS }
    }
    throw error
  }
}

function failed(error: SignInError, message: string): Outcome {
  return { error, message }
}

function callbackPath({ ctx }: Exchange, callbackUrl: string): string {
  return safeCallbackPath(callbackUrl, { appUrl: ctx.settings.appUrl, fallback: SIGNED_IN_PATH })
}

/** Fields of a posted form or JSON object, once it is clear that a page of ours posted it. */
async function readForm({ ctx, request }: Exchange): Promise<unknown> {
  const { headers } = request
  const origin = headers.get('origin')
  const opaque = (origin === null || origin === 'null') && headers.get('sec-fetch-site') === 'same-origin'
  if (origin !== ctx.settings.appUrl && !opaque) {
    throw new AppError('bad_origin', 'This request did not come from the app itself.')
  }
  const text = await readText(request, MAX_FORM_BYTES)
  const type = mediaType(request)
  // A form without fields is sent without a body, and then without a type.
  if (type === FORM || text === '') return Object.fromEntries(new URLSearchParams(text))
  if (type !== 'application/json') throw new AppError('unsupported_media_type', 'Send the body as a form or as JSON.')
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function withoutSession(appUrl: string, request: Request): string {
  const name = `${sessionCookieName(appUrl)}=`
  const pairs = request.headers.get('cookie')?.split(';') ?? []
  return pairs.filter((pair) => !pair.trimStart().startsWith(name)).join(';')
}
