import { and, eq, ne } from 'drizzle-orm'
import { assets } from '#db/schema/uploads.ts'
import type { ProjectSummary, ProjectView } from '#lib/contracts/api/projects.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { type AssetRow, assetView } from '#lib/services/uploads/asset-view.ts'
import type { ProjectRow } from './find-project.ts'

/** A project as its owner sees it, with its source. */
export async function projectView({ ctx, row }: { ctx: UserCtx; row: ProjectRow }): Promise<ProjectView> {
  const [asset] = await ctx.db
    .select()
    .from(assets)
    .where(and(eq(assets.id, row.assetId), eq(assets.userId, ctx.userId), ne(assets.state, 'deleted')))
  const document: ProjectView['document'] = JSON.parse(row.documentJson)
  return { ...(await projectSummary({ ctx, row, asset })), document, save_id: row.saveId }
}

export async function projectSummary({
  ctx,
  row,
  asset,
}: {
  ctx: UserCtx
  row: Omit<ProjectRow, 'documentJson'>
  asset: AssetRow | null | undefined
}): Promise<ProjectSummary> {
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    created_at_ms: row.createdAtMs,
    updated_at_ms: row.updatedAtMs,
    deleted_at_ms: row.deletedAtMs,
    asset: asset ? await assetView({ ctx, row: asset }) : null,
  }
}
