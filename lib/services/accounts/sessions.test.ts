import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessions } from '#db/schema/accounts.ts'
import { rateLimits } from '#db/schema/operations.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'

import { findSession, SEEN_EVERY_MS } from './find-session.ts'
import { listSessions } from './list-sessions.ts'
import { revokeOtherSessions } from './revoke-other-sessions.ts'
import { revokeSession } from './revoke-session.ts'
import { readSessionCookie, sessionCookieName } from './session-cookie.ts'
import { hashSessionToken, newSessionToken } from './session-token.ts'
import { sweepAccounts, sweepStatements } from './sweep-accounts.ts'

const DAY_MS = 24 * 3600 * 1000
let t: TestServices
beforeAll(async () => {
  t = await openTestServices()
})
afterAll(() => t.close())

async function openSession(ctx: UserCtx, userAgent: string, lastsMs = DAY_MS): Promise<string> {
  const token = newSessionToken()
  await ctx.db.insert(sessions).values({
    sessionToken: await hashSessionToken(token),
    id: ctx.newId('ses'),
    userId: ctx.userId,
    expires: new Date(ctx.nowMs() + lastsMs),
    userAgent,
    createdAtMs: ctx.nowMs(),
    lastSeenAtMs: ctx.nowMs(),
  })
  t.advance(1)
  return token
}

test('a user sees their own live sessions, newest first, and which one is asking', async () => {
  const ctx = await t.newUser()
  const phone = await openSession(ctx, 'phone')
  await openSession(ctx, 'laptop')
  await openSession(ctx, 'long ago', -1)
  await openSession(await t.newUser(), 'someone else')
  const views = await listSessions({ ctx, input: { token: phone } })
  expect(views.map((view) => [view.user_agent, view.current])).toEqual([
    ['laptop', false],
    ['phone', true],
  ])
})

test('revoking a session ends it at once; those of others are not found', async () => {
  const ctx = await t.newUser()
  const token = await openSession(ctx, 'lost phone')
  const [view] = await listSessions({ ctx, input: { token: null } })
  const input = { sessionId: view?.id ?? '' }
  await expect(revokeSession({ ctx: await t.newUser(), input })).rejects.toMatchObject({ code: 'not_found' })
  expect(await findSession({ ctx, input: { token } })).not.toBeNull()
  await revokeSession({ ctx, input })
  expect(await findSession({ ctx, input: { token } })).toBeNull()
  await expect(revokeSession({ ctx, input })).rejects.toMatchObject({ code: 'not_found' })
})

test('a session ends by itself, and the sweep leaves only what is still good for something', async () => {
  const ctx = await t.newUser()
  const token = await openSession(ctx, 'laptop')
  await ctx.db.insert(rateLimits).values({ key: 'sign_in_mail:a@example.com', windowStartMs: ctx.nowMs(), count: 1 })
  await sweepAccounts({ ctx })
  expect(await findSession({ ctx, input: { token } })).toMatchObject({ user: { id: ctx.userId, role: 'user' } })
  expect(await ctx.db.select().from(rateLimits)).toHaveLength(1)
  t.advance(DAY_MS)
  expect(await findSession({ ctx, input: { token } })).toBeNull()
  await sweepAccounts({ ctx })
  expect(await ctx.db.select().from(sessions)).toEqual([])
  expect(await ctx.db.select().from(rateLimits)).toEqual([])
})

test('all other sessions end together, the asking one and those of others stay', async () => {
  const ctx = await t.newUser()
  const other = await t.newUser()
  const phone = await openSession(ctx, 'phone')
  const laptop = await openSession(ctx, 'laptop')
  const tablet = await openSession(ctx, 'tablet')
  const theirs = await openSession(other, 'someone else')
  expect(await revokeOtherSessions({ ctx, input: { token: laptop } })).toBe(2)
  const live = async (token: string) => (await findSession({ ctx, input: { token } })) !== null
  expect([await live(phone), await live(laptop), await live(tablet), await live(theirs)]).toEqual([
    false,
    true,
    false,
    true,
  ])
  expect(await revokeOtherSessions({ ctx, input: { token: laptop } })).toBe(0)
})

test('a session that is used stays until its absolute end, one that is not ends early', async () => {
  const ctx = await t.newUser()
  const { sessionIdleMs, sessionLastsMs } = ctx.settings.accounts
  const used = await openSession(ctx, 'laptop', sessionLastsMs)
  const unused = await openSession(ctx, 'old tablet', sessionLastsMs)
  const live = async (token: string) => (await findSession({ ctx, input: { token } })) !== null
  t.advance(sessionIdleMs - 60_000)
  expect(await live(used)).toBe(true)
  t.advance(120_000)
  expect([await live(used), await live(unused)]).toEqual([true, false])
  expect(await listSessions({ ctx, input: { token: used } })).toHaveLength(1)
  await sweepAccounts({ ctx })
  expect(await ctx.db.select().from(sessions).where(eq(sessions.userId, ctx.userId))).toHaveLength(1)
  for (let days = 14; days < 29; days++) {
    t.advance(DAY_MS)
    expect(await live(used)).toBe(true)
  }
  t.advance(2 * DAY_MS)
  expect(await live(used)).toBe(false)
})

test('use is noted every few minutes, not with every request', async () => {
  const ctx = await t.newUser()
  const token = await openSession(ctx, 'laptop')
  const seen = async () => (await listSessions({ ctx, input: { token } }))[0]?.last_seen_at_ms ?? 0
  const first = await seen()
  await findSession({ ctx, input: { token } })
  expect(await seen()).toBe(first)
  t.advance(SEEN_EVERY_MS)
  await findSession({ ctx, input: { token } })
  expect(await seen()).toBeGreaterThanOrEqual(first + SEEN_EVERY_MS)
})

test('the sweep finds what is over by index', async () => {
  const plans = await Promise.all(
    sweepStatements({ ctx: t.ctx }).map((statement) =>
      t.ctx.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${statement.getSQL()}`),
    ),
  )
  const indexes = plans.map((steps) => /USING (?:COVERING )?INDEX (\w+)/.exec(steps[0]?.detail ?? '')?.[1])
  expect(indexes).toEqual(['sessions_expiry', 'sessions_idle', 'verification_tokens_expiry', 'rate_limits_window'])
})

test('the cookie is found among others, and only by its whole name', () => {
  const http = 'http://localhost:8788'
  expect(readSessionCookie(http, 'theme=dark; session=abc; x=1')).toBe('abc')
  expect(readSessionCookie(http, 'xsession=abc; sessions=abc; session=')).toBeNull()
  expect(readSessionCookie(http, null)).toBeNull()
  expect(readSessionCookie('https://reelballers.test', 'session=planted')).toBeNull()
  expect(sessionCookieName('https://reelballers.test')).toBe('__Host-session')
})
