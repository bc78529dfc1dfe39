import { type AuthConfig, customFetch, skipCSRFCheck } from '@auth/core'
import { AccessDenied } from '@auth/core/errors'
import type { EmailConfig, Provider } from '@auth/core/providers'
import GitHub, { type GitHubProfile } from '@auth/core/providers/github'
import Google from '@auth/core/providers/google'
import type { CookieOption } from '@auth/core/types'
import { z } from 'zod'
import { SIGN_IN_PATHS } from '#lib/contracts/api/sign-in.ts'
import { SIGN_IN_LINK_MINUTES, sendSignInLink } from '#lib/services/accounts/send-sign-in-link.ts'
import { sessionCookieName } from '#lib/services/accounts/session-cookie.ts'
import { newSessionToken } from '#lib/services/accounts/session-token.ts'
import type { Ctx } from '#lib/services/context.ts'
import { authAdapter } from './auth-adapter.ts'

export interface OAuthClient {
  clientId: string
  clientSecret: string
}

export interface AuthSettings {
  secret: string
  google: OAuthClient | null
  github: OAuthClient | null
  /** How the providers are reached; tests have their own, on this machine. */
  fetch?: typeof fetch
}

export const AUTH_BASE_PATH = '/api/auth'
const GITHUB_API = 'https://api.github.com'

/** Auth.js makes and checks tokens and speaks OAuth; requests reach it only through `handleAuth`, which has checked their origin. */
export function authConfig({
  ctx,
  auth,
  userAgent,
  callbackPath,
}: {
  ctx: Ctx
  auth: AuthSettings
  userAgent: string
  /** Goes into the mailed link; safe already. */
  callbackPath: string
}): AuthConfig {
  return {
    basePath: AUTH_BASE_PATH,
    secret: auth.secret,
    trustHost: true,
    // Every POST is checked for its Origin before it gets here.
    skipCSRFCheck,
    adapter: authAdapter({ ctx, userAgent }),
    session: {
      strategy: 'database',
      maxAge: ctx.settings.accounts.sessionLastsMs / 1000,
      generateSessionToken: newSessionToken,
    },
    useSecureCookies: isHttps(ctx),
    cookies: cookiesFor(ctx),
    pages: { signIn: SIGN_IN_PATHS.start, error: SIGN_IN_PATHS.start, verifyRequest: SIGN_IN_PATHS.sent },
    providers: providers({ ctx, auth, callbackPath }),
    callbacks: {
      signIn: ({ user, account, profile }) => isOpen(user) && (account?.type !== 'oidc' || vouchesForEmail(profile)),
    },
    logger: {
      error: (error) => ctx.log('warn', 'sign-in failed', { type: error.name }),
      warn: () => undefined,
      debug: () => undefined,
    },
  }
}

function providers({ ctx, auth, callbackPath }: { ctx: Ctx; auth: AuthSettings; callbackPath: string }): Provider[] {
  const email: EmailConfig = {
    id: 'email',
    type: 'email',
    name: 'E-mail',
    maxAge: SIGN_IN_LINK_MINUTES * 60,
    sendVerificationRequest: ({ identifier, token }) =>
      sendSignInLink({ ctx, input: { email: identifier, token, callbackUrl: callbackPath } }),
  }
  // Both are asked for proven addresses only (see below), so an account of the same address is the same person's.
  // Wrapped: some runtimes refuse a `fetch` that is called as a method of something else.
  const reach: typeof fetch = auth.fetch ?? ((input, init) => fetch(input, init))
  const linked = { allowDangerousEmailAccountLinking: true, [customFetch]: reach }
  return [
    email,
    ...(auth.google ? [Google({ ...auth.google, ...linked })] : []),
    ...(auth.github ? [GitHub({ ...auth.github, ...linked, userinfo: { request: githubProfile(reach) } })] : []),
  ]
}

/** GitHub lets people name any address; only a verified one counts, the primary before others. */
function githubProfile(reach: typeof fetch) {
  return async ({ tokens }: { tokens: { access_token?: string } }): Promise<GitHubProfile> => {
    const headers = {
      authorization: `Bearer ${tokens.access_token}`,
      accept: 'application/vnd.github+json',
      'user-agent': 'reelballers',
    }
    const read = async (path: string) => {
      const response = await reach(`${GITHUB_API}${path}`, { headers, signal: AbortSignal.timeout(10_000) })
      if (!response.ok) throw new Error(`GitHub answered ${response.status}`)
      return (await response.json()) as unknown
    }
    const [profile, emails] = await Promise.all([read('/user'), read('/user/emails')])
    const verified = GitHubEmails.parse(emails).filter((email) => email.verified)
    const email = (verified.find((candidate) => candidate.primary) ?? verified[0])?.email
    if (!email) throw new AccessDenied('GitHub vouches for no address')
    return { ...(profile as GitHubProfile), email }
  }
}

const GitHubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

const Vouched = z.object({ email: z.string(), email_verified: z.literal(true) })

function vouchesForEmail(profile: unknown): boolean {
  return Vouched.safeParse(profile).success
}

function isOpen(user: object): boolean {
  return !('deletedAtMs' in user) || user.deletedAtMs === null
}

function isHttps(ctx: Ctx): boolean {
  return ctx.settings.appUrl.startsWith('https:')
}

function cookiesFor(ctx: Ctx): AuthConfig['cookies'] {
  const prefix = isHttps(ctx) ? '__Host-' : ''
  const options: CookieOption['options'] = { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(ctx) }
  const short = { ...options, maxAge: 15 * 60 }
  return {
    sessionToken: { name: sessionCookieName(ctx.settings.appUrl), options },
    callbackUrl: { name: `${prefix}sign-in-return`, options: short },
    pkceCodeVerifier: { name: `${prefix}sign-in-pkce`, options: short },
    state: { name: `${prefix}sign-in-state`, options: short },
    nonce: { name: `${prefix}sign-in-nonce`, options: short },
  }
}
