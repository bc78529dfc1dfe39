import { and, eq, inArray } from 'drizzle-orm'
import { projectVersions } from '#db/schema/projects.ts'
import { versionsToDrop } from '#lib/core/project/thin-versions.ts'
import type { UserCtx } from '#lib/services/context.ts'

/** D1 binds at most 100 values; what is left over goes next time. */
const BATCH = 90

/** Deletes the versions that age has made superfluous. */
export async function thinVersions({ ctx, input }: { ctx: UserCtx; input: { projectId: string } }): Promise<void> {
  const ofProject = eq(projectVersions.projectId, input.projectId)
  const versions = await ctx.db
    .select({ revision: projectVersions.revision, savedAtMs: projectVersions.savedAtMs })
    .from(projectVersions)
    .where(ofProject)
  const dropped = versionsToDrop(versions, ctx.nowMs()).slice(0, BATCH)
  if (dropped.length === 0) return
  await ctx.db.delete(projectVersions).where(and(ofProject, inArray(projectVersions.revision, dropped)))
}
