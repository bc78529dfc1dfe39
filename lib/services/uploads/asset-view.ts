import type { assets } from '#db/schema/uploads.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { ErrorCode } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import type { Ctx } from '#lib/services/context.ts'

export type AssetRow = typeof assets.$inferSelect

const URL_LIFETIME_S = 3600

/** An asset as its owner sees it; links only while there is something behind them. */
export async function assetView({ ctx, row }: { ctx: Ctx; row: AssetRow }): Promise<AssetView> {
  const links =
    row.state === 'ready' ? await signLinks({ ctx, row }) : { url: null, download_url: null, poster_url: null }
  return {
    id: row.id,
    kind: row.kind,
    file_name: row.fileName,
    state: row.state,
    problem: row.problemCode
      ? { code: ErrorCode.parse(row.problemCode), message: row.problemMessage ?? 'This file cannot be used.' }
      : null,
    facts: row.factsJson === null ? null : MediaFacts.parse(JSON.parse(row.factsJson)),
    bytes: row.bytes,
    created_at_ms: row.createdAtMs,
    expires_at_ms: row.expiresAtMs,
    ...links,
    job_id: row.jobId,
  }
}

async function signLinks({ ctx, row }: { ctx: Ctx; row: AssetRow }) {
  const expiresInS = URL_LIFETIME_S
  const [url, download_url, poster_url] = await Promise.all([
    ctx.storage.presignGet(row.objectKey, { expiresInS, contentType: playableType(row.contentType) }),
    ctx.storage.presignGet(row.objectKey, { expiresInS, contentType: row.contentType, downloadAs: row.fileName }),
    row.posterKey === null ? null : ctx.storage.presignGet(row.posterKey, { expiresInS }),
  ])
  return { url, download_url, poster_url }
}

/** Browsers play H.264 in a QuickTime file, but some refuse to try under its own type. */
function playableType(contentType: string): string {
  return contentType === 'video/quicktime' ? 'video/mp4' : contentType
}
