import { and, eq } from 'drizzle-orm'
import { assets } from '#db/schema/uploads.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { cleanFileName } from '#lib/core/uploads/clean-file-name.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { assetView } from './asset-view.ts'
import { findAsset } from './find-asset.ts'

/** Throws AppError `not_found`. */
export async function renameAsset({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { assetId: string; fileName: string }
}): Promise<AssetView> {
  const row = await findAsset({ ctx, input })
  const fileName = cleanFileName(input.fileName)
  await ctx.db
    .update(assets)
    .set({ fileName })
    .where(and(eq(assets.id, row.id), eq(assets.userId, ctx.userId)))
  return await assetView({ ctx, row: { ...row, fileName } })
}
