import { z } from 'zod'

/**
 * How pages sign people in. Plain forms work without scripts; each is answered with 303. With `accept: application/json` the same calls
 * answer `{ url }` (where to go next) or an ErrorBody.
 *
 * - `POST /api/auth/signin/email` (StartSignIn) mails a link to `/sign-in/confirm?token&email&callbackUrl`, then `/sign-in/sent?email`.
 * - `POST /api/auth/confirm` (ConfirmSignIn): what the button on `/sign-in/confirm` posts, with those three values as hidden fields. Opening
 *   the link alone signs nobody in: mail scanners open links, too. Then `callbackUrl`.
 * - `POST /api/auth/signin/google`, `…/github` (StartOAuth) where configured: to the provider, back, then `callbackUrl`.
 * - `POST /api/auth/signout` (StartOAuth). Then `callbackUrl`, by default `/`.
 *
 * What goes wrong leads to `/sign-in?error=<SignInError>`. A `callbackUrl` is a path of this app; anything else is replaced.
 */
export const SIGN_IN_PATHS = { start: '/sign-in', sent: '/sign-in/sent', confirm: '/sign-in/confirm' } as const
/** Where a sign-in leads that named no other place. */
export const SIGNED_IN_PATH = '/library'

export const SIGN_IN_ERRORS = [
  /** No address a mail could go to. */
  'invalid_email',
  /** Used, expired or made up: ask for a new link. */
  'link_expired',
  /** Too many mails or tries: wait. */
  'rate_limited',
  /** The provider vouches for no e-mail address of this person, or the account is closed. */
  'access_denied',
  /** The mail could not be sent, or the provider does not answer: try again. */
  'unavailable',
] as const
export const SignInError = z.enum(SIGN_IN_ERRORS)
export type SignInError = z.infer<typeof SignInError>

export const SIGN_IN_PROVIDERS = ['google', 'github'] as const
export type SignInProvider = (typeof SIGN_IN_PROVIDERS)[number]

const callbackUrl = z.string().max(2048).default('')

export const StartSignIn = z.object({ email: z.string().trim().toLowerCase().pipe(z.email().max(254)), callbackUrl })
export type StartSignIn = z.infer<typeof StartSignIn>

export const ConfirmSignIn = z.object({ token: z.string().min(1).max(128), email: z.string().max(254), callbackUrl })
export type ConfirmSignIn = z.infer<typeof ConfirmSignIn>

export const StartOAuth = z.object({ callbackUrl })
