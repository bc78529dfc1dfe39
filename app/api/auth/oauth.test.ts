import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { oauthAccounts, users } from '#db/schema/accounts.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import { findSession } from '#lib/services/accounts/find-session.ts'
import type { AuthSettings } from './auth-config.ts'
import { handleAuth } from './handle-auth.ts'

/**
 * A server that answers as Google (https://developers.google.com/identity/openid-connect/openid-connect) and GitHub
 * (https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps) do. It checks the client, the return address
 * and PKCE; who signs in is what the test says.
 */
interface Person {
  id: string
  email: string
  verified: boolean
}

const CLIENT = { clientId: 'client-id', clientSecret: 'client-secret' }
const grants = new Map<string, { person: Person; challenge: string; redirectUri: string }>()
let t: TestServices
let server: Server
let auth: AuthSettings

beforeAll(async () => {
  t = await openTestServices()
  server = createServer((request, response) => {
    answer(request).then(
      (reply) => response.setHeader('content-type', 'application/json').end(JSON.stringify(reply)),
      () => response.writeHead(400).end('{"error":"invalid_grant"}'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const toServer: typeof fetch = (input, init) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : input)
    return fetch(`http://127.0.0.1:${port}/${host}${pathname}`, init)
  }
  auth = { secret: 'an-auth-secret-of-at-least-32-characters', google: CLIENT, github: CLIENT, fetch: toServer }
})
afterAll(async () => {
  server.close()
  await t.close()
})

async function answer(request: IncomingMessage): Promise<unknown> {
  const google = 'https://accounts.google.com'
  switch (request.url) {
    case '/accounts.google.com/.well-known/openid-configuration':
      return {
        issuer: google,
        authorization_endpoint: `${google}/o/oauth2/v2/auth`,
        token_endpoint: 'https://oauth2.googleapis.com/token',
        userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
        jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
      }
    case '/oauth2.googleapis.com/token': {
      const { person } = await redeem(request)
      const nowS = Math.floor(Date.now() / 1000)
      const claims = { iss: google, aud: CLIENT.clientId, sub: person.id, iat: nowS, exp: nowS + 600 }
      const id_token = jwt({ ...claims, email: person.email, email_verified: person.verified, name: 'Goo Gle' })
      return { access_token: person.id, token_type: 'Bearer', expires_in: 600, id_token }
    }
    case '/github.com/login/oauth/access_token': {
      const { person } = await redeem(request)
      return {
        access_token: `${person.id} ${person.email} ${person.verified}`,
        token_type: 'bearer',
        scope: 'user:email',
      }
    }
    case '/api.github.com/user':
      return { id: Number(bearer(request)[0]), login: 'octo', name: null, email: null, avatar_url: null }
    case '/api.github.com/user/emails': {
      const [, email, verified] = bearer(request)
      const unproven = { email: 'victim@example.com', primary: true, verified: false }
      return [unproven, { email, primary: false, verified: verified === 'true' }]
    }
    default:
      throw new Error(`no such endpoint: ${request.url}`)
  }
}

async function redeem(request: IncomingMessage) {
  const form = new URLSearchParams(await text(request))
  const grant = grants.get(form.get('code') ?? '')
  grants.delete(form.get('code') ?? '')
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url')
  if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) throw new Error('refused')
  const basic = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
  const client = basic || `${form.get('client_id')}:${form.get('client_secret')}`
  if (client !== `${CLIENT.clientId}:${CLIENT.clientSecret}`) throw new Error('refused')
  return grant
}

const bearer = (request: IncomingMessage) => (request.headers.authorization ?? '').replace('Bearer ', '').split(' ')
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: unknown) => `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}.c2lnbmF0dXJl`

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** The way through the provider's page and back. `tamper` changes the return. */
async function goThrough(provider: 'google' | 'github', person: Person, tamper = (url: URL) => url) {
  const { appUrl } = t.ctx.settings
  const start = await handleAuth({
    ctx: t.ctx,
    auth,
    request: new Request(`${appUrl}/api/auth/signin/${provider}`, {
      method: 'POST',
      headers: { origin: appUrl },
      body: new URLSearchParams({ callbackUrl: '/wallet' }),
    }),
  })
  const page = new URL(start.headers.get('location') ?? '')
  const redirectUri = page.searchParams.get('redirect_uri') ?? ''
  const code = crypto.randomUUID()
  grants.set(code, { person, challenge: page.searchParams.get('code_challenge') ?? '', redirectUri })
  const back = new URL(redirectUri)
  back.searchParams.set('code', code)
  const state = page.searchParams.get('state')
  if (state) back.searchParams.set('state', state)
  const request = new Request(tamper(back), { headers: { cookie: cookiesOf(start) } })
  const end = await handleAuth({ ctx: t.ctx, auth, request })
  const token = /(?:^|; )session=([^;]+)/.exec(cookiesOf(end))?.[1] ?? ''
  const session = await findSession({ ctx: t.ctx, input: { token } })
  return { page, location: end.headers.get('location'), user: session?.user ?? null }
}

test.each(['google', 'github'] as const)('%s signs in whom it vouches for, and knows them again', async (provider) => {
  const person = { id: '1001', email: `${provider}@Example.com`, verified: true }
  const first = await goThrough(provider, person)
  expect(first.page.host).toBe(provider === 'google' ? 'accounts.google.com' : 'github.com')
  expect(first).toMatchObject({ location: '/wallet', user: { email: `${provider}@example.com` } })
  const [row] = await t.ctx.db
    .select()
    .from(users)
    .where(eq(users.email, `${provider}@example.com`))
  expect(row?.emailVerified).not.toBeNull()
  const again = await goThrough(provider, { ...person, email: 'moved@example.com' })
  expect(again.user?.id).toBe(first.user?.id)
})

test.each(['google', 'github'] as const)(
  '%s of a proven address leads to the account that address has',
  async (provider) => {
    const { userId } = await t.newUser(`linked-${provider}@example.com`)
    const { user } = await goThrough(provider, { id: '2002', email: `linked-${provider}@example.com`, verified: true })
    expect(user?.id).toBe(userId)
    expect(await t.ctx.db.select().from(oauthAccounts).where(eq(oauthAccounts.userId, userId))).toHaveLength(1)
  },
)

test.each(['google', 'github'] as const)('%s without a proven address opens nobody’s account', async (provider) => {
  await t.newUser(`${provider}-owner@example.com`)
  const liar = { id: '3003', email: `${provider}-owner@example.com`, verified: false }
  const { location, user } = await goThrough(provider, liar)
  expect(user).toBeNull()
  expect(location).toMatch(/^\/sign-in\?error=(access_denied|unavailable)$/)
  expect(await t.ctx.db.select().from(users).where(eq(users.email, 'victim@example.com'))).toEqual([])
})

test('a return that was not asked for from this browser signs nobody in', async () => {
  const person = { id: '4004', email: 'forged@example.com', verified: true }
  const otherCode = (url: URL) => {
    const code = crypto.randomUUID()
    grants.set(code, { person, challenge: 'another browser’s', redirectUri: `${url.origin}${url.pathname}` })
    url.searchParams.set('code', code)
    return url
  }
  const { location, user } = await goThrough('google', person, otherCode)
  expect([location, user]).toEqual(['/sign-in?error=unavailable', null])
})
