import { and, eq, ne } from 'drizzle-orm'
import { assets } from '#db/schema/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import type { AssetRow } from './asset-view.ts'

/** Throws AppError `not_found`, also for someone else's and for deleted ones. */
export async function findAsset({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<AssetRow> {
  const [row] = await ctx.db
    .select()
    .from(assets)
    .where(and(eq(assets.id, input.assetId), eq(assets.userId, ctx.userId), ne(assets.state, 'deleted')))
  if (!row) throw new AppError('not_found', 'There is no such file.')
  return row
}
