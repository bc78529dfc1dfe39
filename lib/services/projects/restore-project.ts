import { eq } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import type { ProjectView } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'
import { projectView } from './project-view.ts'

/** Brings a deleted project back; one that is there stays as it is. Throws AppError `not_found`. */
export async function restoreProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string }
}): Promise<ProjectView> {
  const row = await findProject({ ctx, input: { ...input, deleted: true } })
  await ctx.db.update(projects).set({ deletedAtMs: null }).where(eq(projects.id, row.id))
  return await projectView({ ctx, row: { ...row, deletedAtMs: null } })
}
