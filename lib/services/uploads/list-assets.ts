import { and, desc, eq, gt, inArray, lt, or } from 'drizzle-orm'
import { assets, uploads } from '#db/schema/uploads.ts'
import { type AssetList, RETENTION } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { type AssetRow, assetViews } from './asset-view.ts'
import { storageUsed } from './storage-used.ts'
import { openUploadView } from './upload-view.ts'

const PAGE_SIZE = 24

/** The library, newest first, one page at a time. Throws AppError `invalid_request` for a cursor that is not ours. */
export async function listAssets({ ctx, input }: { ctx: UserCtx; input: { cursor?: string } }): Promise<AssetList> {
  const rows = await readPage({ ctx, input })
  const page = rows.slice(0, PAGE_SIZE)
  const last = page.at(-1)
  const [views, open, usedBytes] = await Promise.all([
    assetViews({ ctx, rows: page }),
    openUploads({ ctx }),
    storageUsed({ ctx }),
  ])
  return {
    assets: views,
    open_uploads: open,
    used_bytes: usedBytes,
    limit_bytes: RETENTION.storageLimitBytes,
    next_cursor: last && rows.length > PAGE_SIZE ? `${last.createdAtMs}.${last.id}` : null,
  }
}

/** One row more than a page shows, to know whether there is another. */
async function readPage({ ctx, input }: { ctx: UserCtx; input: { cursor?: string } }): Promise<AssetRow[]> {
  const after = input.cursor === undefined ? undefined : parseCursor(input.cursor)
  return await ctx.db
    .select()
    .from(assets)
    .where(
      and(
        eq(assets.userId, ctx.userId),
        inArray(assets.state, ['checking', 'ready', 'rejected']),
        after &&
          or(
            lt(assets.createdAtMs, after.createdAtMs),
            and(eq(assets.createdAtMs, after.createdAtMs), lt(assets.id, after.id)),
          ),
      ),
    )
    .orderBy(desc(assets.createdAtMs), desc(assets.id))
    .limit(PAGE_SIZE + 1)
}

async function openUploads({ ctx }: { ctx: UserCtx }): Promise<AssetList['open_uploads']> {
  const records = await ctx.db
    .select({ upload: uploads, asset: assets })
    .from(uploads)
    .innerJoin(assets, eq(assets.id, uploads.assetId))
    .where(and(eq(uploads.userId, ctx.userId), eq(uploads.state, 'open'), gt(uploads.expiresAtMs, ctx.nowMs())))
    .orderBy(desc(uploads.createdAtMs))
    .limit(PAGE_SIZE)
  return records.map(openUploadView)
}

function parseCursor(cursor: string): { createdAtMs: number; id: string } {
  const match = /^(\d{1,15})\.(\w{1,64})$/.exec(cursor)
  if (!match?.[1] || !match[2]) {
    throw new AppError('invalid_request', 'This is not the cursor of a page.', { field: 'cursor' })
  }
  return { createdAtMs: Number(match[1]), id: match[2] }
}
