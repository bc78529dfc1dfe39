import { and, eq } from 'drizzle-orm'
import { projectVersions } from '#db/schema/projects.ts'
import type { ProjectVersionView } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { findProject } from './find-project.ts'

/** One earlier state. Throws AppError `not_found`. */
export async function readVersion({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { projectId: string; revision: number }
}): Promise<ProjectVersionView> {
  const { id } = await findProject({ ctx, input })
  const [row] = await ctx.db
    .select()
    .from(projectVersions)
    .where(and(eq(projectVersions.projectId, id), eq(projectVersions.revision, input.revision)))
  if (!row) throw new AppError('not_found', 'There is no such version any more.')
  return { revision: row.revision, saved_at_ms: row.savedAtMs, document: JSON.parse(row.documentJson) }
}
