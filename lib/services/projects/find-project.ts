import { and, eq, isNull } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'

export type ProjectRow = typeof projects.$inferSelect

/** Throws AppError `not_found`, also for someone else's and, unless asked for, deleted ones. */
export async function findProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string; deleted?: boolean }
}): Promise<ProjectRow> {
  const [row] = await ctx.db
    .select()
    .from(projects)
    .where(
      and(
        eq(projects.id, input.projectId),
        eq(projects.userId, ctx.userId),
        input.deleted ? undefined : isNull(projects.deletedAtMs),
      ),
    )
  if (!row) throw new AppError('not_found', 'There is no such project.')
  return row
}
