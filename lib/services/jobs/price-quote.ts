import type { quotes } from '#db/schema/ledger.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { calibrationClass } from '#lib/core/pricing/calibration.ts'
import { type QuotePrice, quotePrice } from '#lib/core/pricing/quote-price.ts'
import { isGpuClass, QUOTE_TTL_MS } from '#lib/core/pricing/rate-card.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { readCalibration } from '#lib/services/pricing/read-calibration.ts'

/** What a task on a video costs by what is known now, and the row that freezes it. Nothing is written. */
export async function priceQuote(
  ctx: UserCtx,
  input: {
    asset: { id: string; etag: string }
    request: TaskRequest
    facts: MediaFacts
    tracksOutputId: string | null
  },
): Promise<{ price: QuotePrice; row: typeof quotes.$inferInsert }> {
  const { asset, request, facts } = input
  const { gpuClass } = ctx.settings
  if (!isGpuClass(gpuClass)) throw new AppError('internal', `GPU_CLASS "${gpuClass}" is not on the rate card.`)
  const calibration = await readCalibration({ ctx, input: calibrationClass(request, facts, gpuClass) })
  const price = quotePrice({ request, facts, gpuClass, calibration })
  const nowMs = ctx.nowMs()
  const row = {
    id: ctx.newId('quo'),
    userId: ctx.userId,
    assetId: asset.id,
    task: request.task,
    paramsJson: JSON.stringify(request.params),
    inputEtag: asset.etag,
    factsJson: JSON.stringify(facts),
    tracksOutputId: input.tracksOutputId,
    gpuClass: price.gpuClass,
    rateMicrosPerSecond: price.rateMicrosPerSecond,
    markupBps: price.markupBps,
    minimumMicros: price.minimumMicros,
    ceilingMicros: price.ceilingMicros,
    estimateMicros: price.estimateMicros,
    expectedGpuMs: price.expectedGpuMs,
    executionTimeoutMs: price.executionTimeoutMs,
    workSeconds: price.workSeconds,
    calibrationJson: JSON.stringify(price.calibration),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + QUOTE_TTL_MS,
  }
  return { price, row }
}
