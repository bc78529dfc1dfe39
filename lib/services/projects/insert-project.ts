import { and, eq, sql } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import { MAX_PROJECTS } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import type { ProjectRow } from './find-project.ts'

/** A new project at revision 1. Throws AppError `limit_exceeded` beyond the number of projects a user may have, deleted ones included. */
export async function insertProject({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { assetId: string; name: string; documentJson: string }
}): Promise<ProjectRow> {
  const nowMs = ctx.nowMs()
  const row: ProjectRow = {
    id: ctx.newId('prj'),
    userId: ctx.userId,
    assetId: input.assetId,
    name: input.name,
    revision: 1,
    saveId: ctx.newId('sav'),
    documentJson: input.documentJson,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    deletedAtMs: null,
  }
  const values = [
    row.id,
    row.userId,
    row.assetId,
    row.name,
    1,
    row.saveId,
    row.documentJson,
    nowMs,
    nowMs,
    null,
  ] as const
  const columns = sql.raw(
    'id, user_id, asset_id, name, revision, save_id, document_json, created_at_ms, updated_at_ms, deleted_at_ms',
  )
  // One statement, so that clicking in two tabs at once does not slip past the limit.
  const inserted = await ctx.db.all<{ id: string }>(sql`
    INSERT INTO ${projects} (${columns})
    SELECT ${sql.join(
      values.map((value) => sql`${value}`),
      sql`, `,
    )}
    WHERE (SELECT count(*) FROM ${projects} WHERE ${and(eq(projects.userId, ctx.userId))}) < ${MAX_PROJECTS}
    RETURNING id`)
  if (inserted.length === 0) {
    throw new AppError('limit_exceeded', `You have ${MAX_PROJECTS} projects. Delete one you no longer need first.`)
  }
  return row
}
