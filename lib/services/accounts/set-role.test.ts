import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sessions, users } from '#db/schema/accounts.ts'
import { auditLog } from '#db/schema/operations.ts'
import type { Role } from '#lib/contracts/api/account.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { listStaff } from './list-staff.ts'
import { setRole } from './set-role.ts'

let t: TestServices
beforeAll(async () => {
  t = await openTestServices()
})
afterAll(() => t.close())
beforeEach(() => t.ctx.db.update(users).set({ role: 'user' }))

let people = 0
async function person(role: Role): Promise<{ ctx: UserCtx; email: string }> {
  people += 1
  const email = `person-${people}@example.com`
  const ctx = await t.newUser(email)
  await ctx.db.update(users).set({ role }).where(eq(users.id, ctx.userId))
  return { ctx, email }
}

const roleOf = async ({ ctx }: { ctx: UserCtx }) =>
  (await ctx.db.select({ role: users.role }).from(users).where(eq(users.id, ctx.userId)))[0]?.role

test('an admin gives roles, each with an audit line, and the person signs in anew', async () => {
  const admin = await person('admin')
  const member = await person('user')
  await member.ctx.db.insert(sessions).values({
    sessionToken: `token-${member.ctx.userId}`,
    id: t.ctx.newId('ses'),
    userId: member.ctx.userId,
    expires: new Date(t.ctx.nowMs() + 1000),
    createdAtMs: t.ctx.nowMs(),
  })
  await setRole({ ctx: admin.ctx, input: { email: member.email, role: 'admin_readonly' } })
  expect(await roleOf(member)).toBe('admin_readonly')
  expect(await t.ctx.db.select().from(sessions).where(eq(sessions.userId, member.ctx.userId))).toEqual([])
  expect((await listStaff({ ctx: t.ctx })).map((row) => [row.email, row.role])).toEqual([
    [admin.email, 'admin'],
    [member.email, 'admin_readonly'],
  ])
  await setRole({ ctx: admin.ctx, input: { email: member.email, role: 'admin_readonly' } })
  const lines = await t.ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, member.ctx.userId))
  expect(lines).toMatchObject([{ actorId: admin.ctx.userId, action: 'role_set', detail: 'user to admin_readonly' }])
})

test('the last admin stays one, and nothing is written about the try', async () => {
  const admin = await person('admin')
  await person('admin_readonly')
  for (const role of ['user', 'admin_readonly'] as const) {
    await expect(setRole({ ctx: admin.ctx, input: { email: admin.email, role } })).rejects.toMatchObject({
      code: 'last_admin',
    })
  }
  expect(await roleOf(admin)).toBe('admin')
  expect(await t.ctx.db.select().from(auditLog).where(eq(auditLog.subjectId, admin.ctx.userId))).toEqual([])
})

test('two admins who demote each other at once leave one', async () => {
  const [a, b] = [await person('admin'), await person('admin')]
  const outcomes = await Promise.allSettled([
    setRole({ ctx: a.ctx, input: { email: b.email, role: 'user' } }),
    setRole({ ctx: b.ctx, input: { email: a.email, role: 'user' } }),
  ])
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect([await roleOf(a), await roleOf(b)].sort()).toEqual(['admin', 'user'])
})

test('a deleted admin counts for nothing, nobody unknown gets a role, and whom the deployment names keeps theirs', async () => {
  const admin = await person('admin')
  const gone = await person('admin')
  await t.ctx.db.update(users).set({ deletedAtMs: 1 }).where(eq(users.id, gone.ctx.userId))
  const set = (email: string, role: Role) => setRole({ ctx: admin.ctx, input: { email, role } })
  await expect(set(admin.email, 'user')).rejects.toMatchObject({ code: 'last_admin' })
  await expect(set(gone.email, 'user')).rejects.toMatchObject({ code: 'not_found' })
  await expect(set('stranger@example.com', 'admin')).rejects.toMatchObject({ code: 'not_found' })
  const [named = ''] = t.ctx.settings.adminEmails
  const { userId } = await t.newUser(named)
  await set(named, 'admin')
  await expect(set(named, 'user')).rejects.toMatchObject({ code: 'role_fixed' })
  expect(await t.ctx.db.select().from(users).where(eq(users.id, userId))).toMatchObject([{ role: 'admin' }])
})
