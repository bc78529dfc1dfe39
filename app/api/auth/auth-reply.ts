import type { SignInError } from '#lib/contracts/api/sign-in.ts'
import { SIGN_IN_PATHS } from '#lib/contracts/api/sign-in.ts'
import { AppError, type ErrorCode } from '#lib/contracts/errors.ts'

/** Where a request for signing in or out leads: an address with cookies, or an error. */
export type Outcome =
  | { url: string; cookies: readonly string[] }
  | { error: SignInError; message: string; retryAfterS?: number | undefined }

const CODES: Readonly<Record<SignInError, ErrorCode>> = {
  invalid_email: 'invalid_request',
  link_expired: 'unauthenticated',
  rate_limited: 'rate_limited',
  access_denied: 'forbidden',
  unavailable: 'unavailable',
}

/** Forms are sent on with 303, so that the next page is got, not posted to; scripts get JSON. */
export function authReply(request: Request, outcome: Outcome): Response {
  const json = request.headers.get('accept')?.includes('application/json') ?? false
  const response = json ? jsonReply(outcome) : redirect(outcome)
  response.headers.set('cache-control', 'no-store')
  if ('error' in outcome && outcome.retryAfterS) response.headers.set('retry-after', String(outcome.retryAfterS))
  if ('cookies' in outcome) for (const cookie of outcome.cookies) response.headers.append('set-cookie', cookie)
  return response
}

function redirect(outcome: Outcome): Response {
  const location = 'url' in outcome ? outcome.url : `${SIGN_IN_PATHS.start}?error=${outcome.error}`
  return new Response(null, { status: 303, headers: { location } })
}

function jsonReply(outcome: Outcome): Response {
  if ('url' in outcome) return Response.json({ url: outcome.url })
  const error = new AppError(CODES[outcome.error], outcome.message)
  return Response.json(error.toBody(), { status: error.status })
}
