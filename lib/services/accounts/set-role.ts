import { and, eq, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { sessions, users } from '#db/schema/accounts.ts'
import { auditLog } from '#db/schema/operations.ts'
import type { Role, SetRole } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'

/**
 * Gives someone another role; `ctx` is the admin's. The change, its audit line and the end of the person's sessions are one batch, and its
 * guard keeps the last admin, so two admins who demote each other at once leave one. Setting the role someone has changes nothing.
 * Throws AppError `not_found`, `last_admin`, `role_fixed` (ADMIN_EMAILS names them: they would be admin again at their next sign-in).
 */
export async function setRole({ ctx, input }: { ctx: UserCtx; input: SetRole }): Promise<void> {
  const [user] = await ctx.db
    .select({ id: users.id, role: users.role })
    .from(users)
    .where(and(eq(users.email, input.email), isNull(users.deletedAtMs)))
  if (!user) throw new AppError('not_found', 'Nobody with this address has signed in yet.')
  if (user.role === input.role) return
  if (input.role !== 'admin' && isNamedAdmin(ctx, input.email)) {
    throw new AppError('role_fixed', 'ADMIN_EMAILS names this address. Take it out there first.')
  }
  const changed = await changeRole(ctx, user, input.role)
  if (!changed) throw new AppError('last_admin', 'This is the only admin. Make someone else one first.')
}

export function isNamedAdmin({ settings }: Pick<UserCtx, 'settings'>, email: string): boolean {
  return settings.adminEmails.some((named) => named.toLowerCase() === email)
}

/** The audit line first: it asks for the role as it was. False when the guard refused, or the role changed in between. */
async function changeRole(ctx: UserCtx, user: { id: string; role: Role }, role: Role): Promise<boolean> {
  const mayChange = and(
    eq(users.id, user.id),
    eq(users.role, user.role),
    isNull(users.deletedAtMs),
    keepsAnAdmin(ctx, role),
  )
  const detail = `${user.role} to ${role}`
  const line = ctx.db.insert(auditLog).select(
    ctx.db
      .select({
        id: sql<string>`${ctx.newId('aud')}`.as('id'),
        actorId: sql<string>`${ctx.userId}`.as('actor_id'),
        action: sql<string>`'role_set'`.as('action'),
        subjectId: sql<string>`${users.id}`.as('subject_id'),
        detail: sql<string | null>`${detail}`.as('detail'),
        atMs: sql<number>`${ctx.nowMs()}`.as('at_ms'),
      })
      .from(users)
      .where(mayChange),
  )
  const update = ctx.db.update(users).set({ role }).where(mayChange).returning({ id: users.id })
  // Whoever has other rights shows anew who they are.
  const isChanged = exists(
    ctx.db
      .select({ one: sql`1` })
      .from(users)
      .where(and(eq(users.id, user.id), eq(users.role, role))),
  )
  const signOut = ctx.db.delete(sessions).where(and(eq(sessions.userId, user.id), isChanged))
  const [, updated] = await ctx.db.batch([line, update, signOut])
  return updated.length === 1
}

function keepsAnAdmin(ctx: UserCtx, role: Role): SQL | undefined {
  if (role === 'admin') return undefined
  const others = alias(users, 'others')
  const otherAdmins = ctx.db
    .select({ one: sql`1` })
    .from(others)
    .where(
      and(sql`others.role <> 'user'`, eq(others.role, 'admin'), ne(others.id, users.id), isNull(others.deletedAtMs)),
    )
  return or(ne(users.role, 'admin'), exists(otherAdmins))
}
