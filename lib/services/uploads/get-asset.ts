import type { AssetView } from '#lib/contracts/api/uploads.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { assetView } from './asset-view.ts'
import { findAsset } from './find-asset.ts'

/** Throws AppError `not_found`. */
export async function getAsset({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<AssetView> {
  return await assetView({ ctx, row: await findAsset({ ctx, input }) })
}
