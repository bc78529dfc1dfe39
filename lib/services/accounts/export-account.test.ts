import { eq, getTableName, is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '#db/client.ts'
import { oauthAccounts, sessions, users } from '#db/schema/accounts.ts'
import { rateLimits } from '#db/schema/operations.ts'
import { assets } from '#db/schema/uploads.ts'
import { type JobWorld, openJobWorld, STARTING_MICROS } from '#lib/local/test-jobs.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { exportAccount } from './export-account.ts'
import { PERSONAL_DATA } from './personal-data.ts'
import { hashSessionToken, newSessionToken } from './session-token.ts'

let world: JobWorld
beforeAll(async () => {
  world = await openJobWorld()
})
afterAll(() => world.close())

const tables = Object.values(schema).filter((value) => is(value, SQLiteTable))
const columnsOf = (name: string) =>
  tables
    .filter((table) => getTableName(table) === name)
    .flatMap((table) => getTableConfig(table).columns.map((column) => column.name))

test('every table of the schema says what an export and a deletion do with it', () => {
  expect(Object.keys(PERSONAL_DATA).sort()).toEqual(tables.map((table) => getTableName(table)).sort())
})

test.each(Object.entries(PERSONAL_DATA))('%s belongs to whom it says, and hides only what it has', (name, policy) => {
  const columns = columnsOf(name)
  const { owner } = policy
  const named = owner === 'self' ? 'id' : owner === 'user_id' ? 'user_id' : owner === 'nobody' ? null : owner.column
  if (named !== null) expect(columns).toContain(named)
  // Rows that name a user are a user's.
  if (columns.includes('user_id')) expect(owner).toBe('user_id')
  if ('not' in policy.exported) return
  expect(owner).not.toBe('nobody')
  const hidden = policy.exported.without ?? []
  expect(columns).toEqual(expect.arrayContaining([...hidden]))
  const secrets = columns.filter((column) => /token|secret|payload|claim_key|multipart|checkout_url/.test(column))
  expect(hidden).toEqual(expect.arrayContaining(secrets.filter((column) => column !== 'token_type')))
})

async function exportOf(ctx: UserCtx) {
  const pieces: string[] = []
  for await (const piece of await exportAccount({ ctx })) pieces.push(piece)
  const text = pieces.join('')
  return { text, pieces, data: JSON.parse(text) as Record<string, Record<string, unknown>[]> }
}

test('an export holds what is someone’s own, readable, and nothing of anyone else', async () => {
  const member = await world.newPlayer()
  const other = await world.newPlayer()
  const jobId = await world.startJob(member)
  const otherJob = await world.startJob(other)
  const token = await hashSessionToken(newSessionToken())
  await world.ctx.db.insert(sessions).values({
    sessionToken: token,
    id: world.ctx.newId('ses'),
    userId: member.ctx.userId,
    expires: new Date(world.ctx.nowMs() + 1000),
    userAgent: 'Firefox',
    createdAtMs: world.ctx.nowMs(),
  })
  const google = { type: 'oidc' as const, provider: 'google', providerAccountId: '42', access_token: 'ya29.secret' }
  await world.ctx.db.insert(oauthAccounts).values({ ...google, userId: member.ctx.userId })
  const { data, text, pieces } = await exportOf(member.ctx)
  expect(data.profile).toMatchObject([{ id: member.ctx.userId, created_at: expect.stringMatching(/^20\d\d-/) }])
  expect(data.sessions).toMatchObject([{ user_agent: 'Firefox' }])
  expect(data.jobs).toMatchObject([{ id: jobId, task: 'upscale', params: { scale: 2 } }])
  expect(data.quotes).toHaveLength(1)
  expect(data.runs).toHaveLength(1)
  expect(data.statement?.map((row) => row.kind).sort()).toEqual(['hold', 'top_up'])
  expect(data.balances?.find((row) => row.kind === 'available')?.balance_micros).toBeLessThan(STARTING_MICROS)
  for (const foreign of [other.ctx.userId, otherJob, token, 'ya29.secret']) expect(text).not.toContain(foreign)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(20_000)
})

test('files come with links that work and end', async () => {
  const member = await world.newPlayer()
  const { data } = await exportOf(member.ctx)
  const link = String(data.files?.[0]?.download_url)
  const [asset] = await world.ctx.db.select().from(assets).where(eq(assets.id, member.assetId))
  const reply = await fetch(link)
  expect([reply.status, (await reply.arrayBuffer()).byteLength]).toEqual([200, asset?.bytes])
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toMatch(/^\d{5,6}$/)
  await world.ctx.db.update(assets).set({ state: 'deleted' }).where(eq(assets.id, member.assetId))
  expect((await exportOf(member.ctx)).data.files?.[0]).not.toHaveProperty('download_url')
})

test('a long history comes whole, page by page', async () => {
  const ctx = await world.services.newUser()
  const rows = Array.from({ length: 260 }, (_, index) => ({
    id: ctx.newId('ses'),
    sessionToken: `${ctx.userId}-${index}`,
    userId: ctx.userId,
    expires: new Date(0),
    createdAtMs: index,
  }))
  for (let start = 0; start < rows.length; start += 13) {
    await ctx.db.insert(sessions).values(rows.slice(start, start + 13))
  }
  const { data } = await exportOf(ctx)
  expect(data.sessions?.map((row) => row.id)).toEqual(rows.map((row) => row.id))
})

test('exports are limited per day', async () => {
  const ctx = await world.services.newUser()
  const { limit } = ctx.settings.rateLimits['export.user']
  for (let n = 0; n < limit; n++) await exportAccount({ ctx })
  await expect(exportAccount({ ctx })).rejects.toMatchObject({ code: 'rate_limited' })
  expect(
    await ctx.db
      .select()
      .from(rateLimits)
      .where(eq(rateLimits.key, `export:${ctx.userId}`)),
  ).toHaveLength(1)
  expect(await ctx.db.select().from(users).where(eq(users.id, ctx.userId))).toHaveLength(1)
})
