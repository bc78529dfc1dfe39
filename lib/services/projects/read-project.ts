import type { ProjectView } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'
import { projectView } from './project-view.ts'

/** Throws AppError `not_found`. */
export async function readProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string }
}): Promise<ProjectView> {
  return await projectView({ ctx, row: await findProject({ ctx, input }) })
}
