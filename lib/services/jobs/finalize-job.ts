import { and, eq, isNull } from 'drizzle-orm'
import { jobOutputs } from '#db/schema/jobs.ts'
import { assets } from '#db/schema/uploads.ts'
import { RETENTION } from '#lib/contracts/api/uploads.ts'
import { WorkerCompleted } from '#lib/contracts/worker.ts'
import { productFileName } from '#lib/core/jobs/product-file-name.ts'
import { chargeForRun } from '#lib/core/pricing/charge.ts'
import { formatOf } from '#lib/core/pricing/fit-codec.ts'
import type { Ctx } from '#lib/services/context.ts'
import { endJob } from './end-job.ts'
import { type AttemptRow, type JobRecord, loadJob, ratesOf, requestOf } from './job-record.ts'
import type { Statement } from './transitions.ts'
import { type VerifiedProduct, verifyOutput } from './verify-output.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Makes the verified products the user's: their rows, those of the videos among them, the job's end and the settlement in one batch. Called
 * again after a crash it finds the job still `finalizing` and does the same; called twice at once, one of the two does nothing.
 * `products` are those the caller has just verified.
 */
export async function finalizeJob({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { jobId: string; products?: VerifiedProduct[] }
}): Promise<void> {
  const record = await loadJob(ctx, input.jobId)
  if (record.job.state !== 'finalizing') return
  const winner = winningAttempt(record)
  const products = input.products ?? (await verifyAgain(ctx, record, winner))
  if (products === null) return
  const gpuMs = winner.executionMs ?? 0
  await endJob(ctx, {
    record,
    fromStates: ['finalizing'],
    outcome: 'succeeded',
    captureMicros: record.hold === null ? 0 : chargeForRun(ratesOf(record.quote), gpuMs),
    billed: { attemptId: winner.id, gpuMs },
    before: [...productInserts(ctx, record, products), ...sourcePoster(ctx, record, products)],
  })
}

/** After a crash between verifying and settling. Null when the products are gone since: the job has failed then. */
async function verifyAgain(ctx: Ctx, record: JobRecord, winner: AttemptRow): Promise<VerifiedProduct[] | null> {
  const output = WorkerCompleted.parse(JSON.parse(winner.outputJson ?? 'null'))
  const verified = await verifyOutput({ ctx, input: { record, attempt: winner, output } })
  if (verified.ok) return verified.products
  const message = `The result was lost before it could be saved. ${verified.problems.join(' ')}`
  await endJob(ctx, {
    record,
    fromStates: ['finalizing'],
    outcome: 'failed',
    captureMicros: 0,
    billed: null,
    failure: { code: 'output_invalid', message },
  })
  return null
}

/** Videos become assets of their own, and what shows one goes with the first of them; everything else belongs to the source. */
function productInserts(ctx: Ctx, record: JobRecord, products: VerifiedProduct[]): Statement[] {
  const videos = products.filter(({ kind }) => kind === 'video' || kind === 'clip')
  const ids = new Map(videos.map(({ name }) => [name, ctx.newId('ast')]))
  const firstId = videos[0] && ids.get(videos[0].name)
  const ownerOf = ({ name, kind }: VerifiedProduct) => {
    const goesWithVideo = kind === 'poster' || kind === 'preview'
    return ids.get(name) ?? (goesWithVideo ? firstId : undefined) ?? record.job.assetId
  }
  const posterKey = products.find(({ kind }) => kind === 'poster')?.key ?? null
  return [
    ...videos.map((video, index) =>
      assetInsert(ctx, record, video, { id: ids.get(video.name) ?? '', posterKey: index === 0 ? posterKey : null }),
    ),
    ...products.map((product) => outputInsert(ctx, record, product, ownerOf(product))),
  ]
}

/** A video that browsers cannot play has no picture until its preparation brings one. */
function sourcePoster(ctx: Ctx, { job }: JobRecord, products: VerifiedProduct[]): Statement[] {
  const poster = products.find(({ kind }) => kind === 'poster')
  if (job.task !== 'ingest' || !poster) return []
  const bare = and(eq(assets.id, job.assetId), isNull(assets.posterKey))
  return [ctx.db.update(assets).set({ posterKey: poster.key }).where(bare)]
}

function assetInsert(
  ctx: Ctx,
  { job, input }: JobRecord,
  video: VerifiedProduct,
  { id, posterKey }: { id: string; posterKey: string | null },
): Statement {
  const nowMs = ctx.nowMs()
  const request = requestOf(job)
  return ctx.db.insert(assets).values({
    id,
    userId: job.userId,
    kind: 'produced',
    state: 'ready',
    fileName: productFileName({
      task: request.task,
      source: input.fileName,
      format: formatOf(request),
      product: video,
    }),
    objectKey: video.key,
    posterKey,
    etag: video.etag,
    bytes: video.bytes,
    contentType: video.contentType,
    factsJson: JSON.stringify(video.summary.facts),
    jobId: job.id,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + RETENTION.resultDays * DAY_MS,
  })
}

function outputInsert(ctx: Ctx, { job }: JobRecord, product: VerifiedProduct, assetId: string): Statement {
  const { name, kind, key, etag, bytes, sha256, contentType, summary } = product
  return ctx.db.insert(jobOutputs).values({
    id: ctx.newId('out'),
    jobId: job.id,
    assetId,
    userId: job.userId,
    name,
    kind,
    objectKey: key,
    etag,
    bytes,
    sha256,
    contentType,
    summaryJson: JSON.stringify(summary),
    createdAtMs: ctx.nowMs(),
  })
}

function winningAttempt(record: JobRecord): AttemptRow {
  const winners = record.attempts.filter((attempt) => attempt.state === 'completed')
  const [winner] = winners
  if (!winner || winners.length !== record.segments.length) {
    throw new Error(
      `Job ${record.job.id} is finalizing with ${winners.length} results for ${record.segments.length} segments.`,
    )
  }
  return winner
}
