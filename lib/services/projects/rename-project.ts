import { eq } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import type { ProjectView } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'
import { projectView } from './project-view.ts'

/** Names are no part of the document: a rename conflicts with no save. Throws AppError `not_found`. */
export async function renameProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string; name: string }
}): Promise<ProjectView> {
  const row = await findProject({ ctx, input })
  await ctx.db.update(projects).set({ name: input.name }).where(eq(projects.id, row.id))
  return await projectView({ ctx, row: { ...row, name: input.name } })
}
