import { and, asc, isNull, sql } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import type { StaffList } from '#lib/contracts/api/account.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Everyone who may see more than their own, oldest account first. */
export async function listStaff({ ctx }: { ctx: Ctx }): Promise<StaffList> {
  return await ctx.db
    .select({ id: users.id, email: users.email, name: users.name, role: users.role })
    .from(users)
    .where(and(sql`role <> 'user'`, isNull(users.deletedAtMs)))
    .orderBy(asc(users.createdAtMs))
    .limit(200)
}
