import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import type { MeView, RenameMe } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** Changes what the person is called. Throws AppError `not_found` once the account is closed. */
export async function renameMe({ ctx, input }: { ctx: UserCtx; input: RenameMe }): Promise<MeView> {
  const [user] = await ctx.db
    .update(users)
    .set({ name: input.name === '' ? null : input.name })
    .where(and(eq(users.id, ctx.userId), isNull(users.deletedAtMs)))
    .returning({ id: users.id, email: users.email, name: users.name, role: users.role })
  if (!user) throw new AppError('not_found', 'This account does not exist.')
  return user
}
