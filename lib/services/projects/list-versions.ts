import { desc, eq } from 'drizzle-orm'
import { projectVersions } from '#db/schema/projects.ts'
import type { ProjectVersionList } from '#lib/contracts/api/projects.ts'
import { MAX_VERSIONS } from '#lib/core/project/thin-versions.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'

/** Earlier states of a project, newest first. Throws AppError `not_found`. */
export async function listVersions({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string }
}): Promise<ProjectVersionList> {
  const { id } = await findProject({ ctx, input })
  const rows = await ctx.db
    .select({ revision: projectVersions.revision, saved_at_ms: projectVersions.savedAtMs })
    .from(projectVersions)
    .where(eq(projectVersions.projectId, id))
    .orderBy(desc(projectVersions.revision))
    .limit(MAX_VERSIONS)
  return { versions: rows }
}
