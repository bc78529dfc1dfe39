import { eq } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'

/** Out of sight at once, gone for good after `PROJECT_RESTORE_DAYS`. Throws AppError `not_found`. */
export async function deleteProject({ ctx, input }: { ctx: UserCtx; input: { projectId: string } }): Promise<void> {
  const row = await findProject({ ctx, input })
  await ctx.db.update(projects).set({ deletedAtMs: ctx.nowMs() }).where(eq(projects.id, row.id))
}
