import { and, eq, isNull, sql } from 'drizzle-orm'
import { projects, projectVersions } from '#db/schema/projects.ts'
import type { ProjectView, SavedProject, SaveProject } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { documentJson } from './document-json.ts'
import { findProject } from './find-project.ts'
import { projectView } from './project-view.ts'
import { thinVersions } from './thin-versions.ts'

/** What a save replaces becomes a version unless one of so little time ago is kept already. */
export const VERSION_EVERY_MS = 5 * 60 * 1000

export type SaveOutcome = { readonly saved: SavedProject } | { readonly changed: ProjectView }

/**
 * Replaces the document if it is still the one the sender started from; else `changed` is the newer one. The same save repeated (its
 * answer was lost) is answered as it was the first time. Throws AppError `not_found`, `invalid_request`, `limit_exceeded`.
 */
export async function saveProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: SaveProject & { projectId: string }
}): Promise<SaveOutcome> {
  const row = await findProject({ ctx, input })
  const json = documentJson(input.document, row.assetId)
  const nowMs = ctx.nowMs()
  const base = and(
    eq(projects.id, row.id),
    eq(projects.userId, ctx.userId),
    eq(projects.revision, input.base_revision),
    isNull(projects.deletedAtMs),
  )
  // One transaction: the replaced document is a version before it is gone, and only if this save is the one that replaces it.
  const [kept, saved] = await ctx.db.batch([
    keepReplaced({ ctx, base, since: input.keep_replaced ? nowMs : nowMs - VERSION_EVERY_MS }),
    ctx.db
      .update(projects)
      .set({ documentJson: json, revision: input.base_revision + 1, saveId: input.save_id, updatedAtMs: nowMs })
      .where(base)
      .returning({ revision: projects.revision, updatedAtMs: projects.updatedAtMs }),
  ])
  if (kept.length > 0) await thinVersions({ ctx, input: { projectId: row.id } })
  const [done] = saved
  if (done) return { saved: { revision: done.revision, updated_at_ms: done.updatedAtMs } }
  const now = await findProject({ ctx, input })
  return now.saveId === input.save_id
    ? { saved: { revision: now.revision, updated_at_ms: now.updatedAtMs } }
    : { changed: await projectView({ ctx, row: now }) }
}

function keepReplaced({ ctx, base, since }: { ctx: UserCtx; base: ReturnType<typeof and>; since: number }) {
  return ctx.db
    .insert(projectVersions)
    .select(
      ctx.db
        .select({
          projectId: projects.id,
          revision: projects.revision,
          documentJson: projects.documentJson,
          savedAtMs: projects.updatedAtMs,
        })
        .from(projects)
        .where(
          and(
            base,
            sql`NOT EXISTS (SELECT 1 FROM project_versions v WHERE v.project_id = ${projects.id} AND v.saved_at_ms > ${since})`,
          ),
        ),
    )
    .returning({ revision: projectVersions.revision })
}
