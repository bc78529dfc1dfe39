import type { assets } from '#db/schema/uploads.ts'
import { ProductSummary, type ProductView } from '#lib/contracts/products.ts'
import { productFileName } from '#lib/core/jobs/product-file-name.ts'
import { formatOf } from '#lib/core/pricing/fit-codec.ts'
import type { Ctx } from '#lib/services/context.ts'
import { type JobOutputRow, type JobRow, requestOf } from './job-record.ts'

const URL_LIFETIME_S = 3600

/** A product with its links. `source` is the video the job worked on; `video` the asset a video became, whose name it has now. */
export async function productView(
  ctx: Ctx,
  input: {
    row: JobOutputRow
    job: Pick<JobRow, 'task' | 'paramsJson'>
    source: string
    video: Pick<typeof assets.$inferSelect, 'fileName'> | undefined
    withSummary: boolean
  },
): Promise<ProductView> {
  const { row, job, source, video } = input
  const stored: Record<string, unknown> = JSON.parse(row.summaryJson)
  const request = requestOf(job)
  const product = { name: row.name, kind: row.kind, summary: stored }
  const fileName =
    video?.fileName ?? productFileName({ task: request.task, source, format: formatOf(request), product })
  const link = (downloadAs?: string) =>
    row.deletedAtMs === null
      ? ctx.storage.presignGet(row.objectKey, {
          expiresInS: URL_LIFETIME_S,
          contentType: row.contentType,
          ...(downloadAs && { downloadAs }),
        })
      : null
  const [url, download_url] = await Promise.all([link(), link(fileName)])
  return {
    id: row.id,
    job_id: row.jobId,
    asset_id: row.assetId,
    name: row.name,
    kind: row.kind,
    file_name: fileName,
    content_type: row.contentType,
    bytes: row.bytes,
    sha256: row.sha256,
    summary: input.withSummary ? ProductSummary.parse({ ...stored, kind: row.kind }) : null,
    url,
    download_url,
    created_at_ms: row.createdAtMs,
  }
}
