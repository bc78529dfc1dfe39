import { and, eq } from 'drizzle-orm'
import { quotes } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import type { CreateQuote, QuoteView } from '#lib/contracts/api/jobs.ts'
import { AppError, invalidRequest } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'
import { TASKS, TaskRequest } from '#lib/contracts/tasks/index.ts'
import { FACE_MODEL } from '#lib/contracts/tasks/upscale.ts'
import { productKind, requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import { expectedVideos } from '#lib/core/media/expected-videos.ts'
import { describeQuote } from '#lib/core/pricing/describe-quote.ts'
import { fitCodec } from '#lib/core/pricing/fit-codec.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { refusePausedTask } from '#lib/services/operations/refuse-paused-task.ts'
import { readWallet } from '#lib/services/wallet/read-wallet.ts'
import { priceQuote } from './price-quote.ts'
import { refuseClipsBeyond } from './refuse-clips.ts'
import { resolveTracks } from './resolve-tracks.ts'

/**
 * Prices a task on one of the user's ready assets from the facts we read ourselves.
 * Errors: not_found, upload_incomplete (asset not ready), invalid_request (params), limit_exceeded, unknown_model, task_paused,
 * missing_tracks, unknown_track, clip_out_of_range.
 */
export async function createQuote({ ctx, input }: { ctx: UserCtx; input: CreateQuote }): Promise<QuoteView> {
  const [asset] = await ctx.db
    .select()
    .from(assets)
    .where(and(eq(assets.id, input.asset_id), eq(assets.userId, ctx.userId)))
  if (!asset || asset.state === 'deleted') throw new AppError('not_found', 'There is no such video.')
  if (asset.state !== 'ready' || asset.factsJson === null || asset.etag === null) {
    throw new AppError('upload_incomplete', 'This video is not ready yet.', { field: 'asset_id' })
  }
  const parsed = TaskRequest.safeParse({ task: input.task, params: input.params })
  if (!parsed.success) throw invalidRequest(parsed.error)
  refuseIngest(parsed.data)
  refuseAbsentModel(ctx, parsed.data)
  await refusePausedTask({ ctx, input: parsed.data })

  const facts = MediaFacts.parse(JSON.parse(asset.factsJson))
  const { request, notes } = fitCodec(parsed.data, facts)
  const output = outputOf(request, facts)
  refuseBeyondLimits(request, facts, output)
  refuseClipsBeyond(request, facts)
  const tracks = await resolveTracks({
    ctx,
    input: { assetId: asset.id, request, tracksJobId: input.tracks_job_id },
  })

  const { price, row } = await priceQuote(ctx, {
    asset: { id: asset.id, etag: asset.etag },
    request,
    facts,
    tracksOutputId: tracks?.id ?? null,
  })
  await ctx.db.insert(quotes).values(row)
  const wallet = await readWallet({ ctx })
  return {
    quote_id: row.id,
    asset_id: asset.id,
    task: request.task,
    params: request.params,
    ceiling_micros: price.ceilingMicros,
    estimate_micros: price.estimateMicros,
    expected_seconds: price.expectedGpuMs / 1000,
    ...describeQuote(price),
    output,
    products: productsOf(request),
    tracks_job_id: tracks?.jobId ?? null,
    notes,
    spendable_micros: wallet.spendable_micros,
    balance_after_micros: wallet.spendable_micros - price.ceilingMicros,
    expires_at_ms: row.expiresAtMs,
  }
}

/** A network that is not in the worker's image would fail there, after the wait for a GPU. */
function refuseAbsentModel(ctx: UserCtx, { task, params }: TaskRequest): void {
  const { gpuModels } = ctx.settings
  const require = (model: (typeof gpuModels)[number] | undefined, field: string) => {
    if (model === undefined || gpuModels.includes(model)) return
    throw new AppError('unknown_model', `${model} is not installed here. There is: ${gpuModels.join(', ')}.`, { field })
  }
  if (task === 'upscale') {
    require(params.model, 'params.model')
    if (params.face_enhance) require(FACE_MODEL, 'params.face_enhance')
  }
  if (task === 'export' && params.upscale) require(params.upscale_model, 'params.upscale_model')
}

/** Nobody pays for it, so nobody orders it either. */
function refuseIngest({ task }: TaskRequest): void {
  if (task !== 'ingest') return
  throw new AppError('invalid_request', 'Videos that browsers cannot play are prepared by themselves, for free.', {
    field: 'task',
  })
}

/** The video that will be made, or all separate clips together; null when the product is data. */
function outputOf(request: TaskRequest, facts: MediaFacts): QuoteView['output'] {
  const videos = [...expectedVideos(request, facts).values()]
  const [first] = videos
  if (!first) return null
  const { width, height } = first
  const durationS = videos.reduce((sum, video) => sum + video.durationS, 0)
  const frames = videos.length > 1 ? Math.round(durationS * facts.fps) : first.frames
  return { width, height, frames, duration_s: durationS }
}

function productsOf(request: TaskRequest): QuoteView['products'] {
  const kinds = requiredOutputs(request).flatMap((name) => productKind(request.task, name) ?? [])
  return [...new Set(kinds)].map((kind) => ({ kind, count: kinds.filter((other) => other === kind).length }))
}

function refuseBeyondLimits(request: TaskRequest, facts: MediaFacts, output: QuoteView['output']): void {
  const { limits, label } = TASKS[request.task]
  if (facts.duration_s > limits.maxDurationS) {
    throw new AppError(
      'limit_exceeded',
      `${label} takes videos of up to ${limits.maxDurationS / 3600} hours. Cut this one first.`,
    )
  }
  if (facts.width * facts.height > limits.maxInputPixels) {
    throw new AppError(
      'limit_exceeded',
      `${label} takes videos of up to 4K. This one is ${facts.width} × ${facts.height}.`,
    )
  }
  if (output && output.width * output.height > limits.maxOutputPixels) {
    const message = `The result would be ${output.width} × ${output.height}; up to 8K (7680 × 4320) is possible. Choose a smaller scale or a maximum height.`
    throw new AppError('limit_exceeded', message, { field: 'params.scale' })
  }
}
