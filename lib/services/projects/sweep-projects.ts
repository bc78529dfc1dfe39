import { inArray, sql } from 'drizzle-orm'
import { projects, projectVersions } from '#db/schema/projects.ts'
import { PROJECT_RESTORE_DAYS } from '#lib/contracts/api/projects.ts'
import type { Ctx } from '#lib/services/context.ts'

const BATCH = 20

/** Removes deleted projects, and their versions, that nobody restored in time. For the reconciler; safe to run twice at once. */
export async function sweepProjects({ ctx }: { ctx: Ctx }): Promise<{ purged: number }> {
  const limitMs = ctx.nowMs() - PROJECT_RESTORE_DAYS * 24 * 3600 * 1000
  // The condition is literal: SQLite uses a partial index only where the query says what the index does.
  const overdue = await ctx.db
    .select({ id: projects.id })
    .from(projects)
    .where(sql`deleted_at_ms IS NOT NULL AND deleted_at_ms <= ${limitMs}`)
    .limit(BATCH)
  if (overdue.length === 0) return { purged: 0 }
  const stillDeleted = ctx.db
    .select({ id: projects.id })
    .from(projects)
    .where(
      sql`${inArray(
        projects.id,
        overdue.map(({ id }) => id),
      )} AND deleted_at_ms IS NOT NULL`,
    )
  // Restored in between: both statements look again.
  const [, purged] = await ctx.db.batch([
    ctx.db.delete(projectVersions).where(inArray(projectVersions.projectId, stillDeleted)),
    ctx.db.delete(projects).where(inArray(projects.id, stillDeleted)).returning({ id: projects.id }),
  ])
  return { purged: purged.length }
}
