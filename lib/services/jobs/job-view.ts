import { and, count, eq, inArray, lt } from 'drizzle-orm'
import { attempts } from '#db/schema/jobs.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { ERROR_CODES, ErrorCode } from '#lib/contracts/errors.ts'
import { Stage } from '#lib/contracts/worker.ts'
import { isLiveAttempt } from '#lib/core/jobs/attempt-machine.ts'
import { isTerminal } from '#lib/core/jobs/job-machine.ts'
import { costSoFar } from '#lib/core/pricing/charge.ts'
import type { Ctx } from '#lib/services/context.ts'
import { assetViews } from '#lib/services/uploads/asset-view.ts'
import { type AttemptRow, type JobRecord, quotedFactsOf, ratesOf, shownOutput } from './job-record.ts'
import { storedTargetsOf } from './output-targets.ts'
import { productView } from './product-view.ts'
import { runningTime } from './running-time.ts'

/** Live frames are overwritten in place; a short life keeps a stale URL from being shared. */
const LIVE_FRAME_URL_S = 600

/** What the user sees of a job: state, progress, cost, result. */
export async function jobView({ ctx, record }: { ctx: Ctx; record: JobRecord }): Promise<JobView> {
  const [view] = await jobViews({ ctx, records: [record], withSummaries: true })
  if (!view) throw new Error(`No view of job ${record.job.id} was made.`)
  return view
}

/** Several, in the same order; the videos of all of them are looked up together. Summaries of products are for one job's page. */
export async function jobViews({
  ctx,
  records,
  withSummaries,
}: {
  ctx: Ctx
  records: JobRecord[]
  withSummaries: boolean
}): Promise<JobView[]> {
  const rows = records.flatMap((record) => [record.input, shownOutput(record) ?? record.input])
  const videos = new Map((await assetViews({ ctx, rows })).map((view) => [view.id, view]))
  return Promise.all(records.map((record) => viewOf(ctx, record, videos, withSummaries)))
}

async function viewOf(
  ctx: Ctx,
  record: JobRecord,
  videos: ReadonlyMap<string, AssetView>,
  withSummary: boolean,
): Promise<JobView> {
  const { job, hold, settlement } = record
  const soFarMicros = soFarMicrosOf(record, ctx.nowMs())
  const current = record.attempts.findLast((attempt) => isLiveAttempt(attempt.state)) ?? record.attempts.at(-1)
  const cancelable = job.state === 'queued' || job.state === 'running'
  const input = videos.get(record.input.id)
  if (!input) throw new Error(`The video of job ${job.id} was not looked up.`)
  return {
    id: job.id,
    task: job.task as JobView['task'],
    params: JSON.parse(job.paramsJson),
    state: job.state,
    attempt_number: current?.number ?? 1,
    progress: isTerminal(job.state) || !current ? null : await progressOf(ctx, record, current),
    free: hold === null,
    cost: {
      ceiling_micros: hold === null ? 0 : record.quote.ceilingMicros,
      so_far_micros: soFarMicros,
      captured_micros: settlement?.captureMicros ?? null,
      released_micros: settlement?.releaseMicros ?? null,
    },
    cancel_price_micros: cancelable ? soFarMicros : null,
    failure: failureOf(record, settlement?.releaseMicros ?? 0),
    input,
    output: videos.get(shownOutput(record)?.id ?? '') ?? null,
    products: await productsOf(ctx, record, withSummary),
    live_frame_url: await liveFrameUrl(ctx, current),
    created_at_ms: job.createdAtMs,
    started_at_ms: job.startedAtMs,
    finished_at_ms: job.finishedAtMs,
  }
}

function soFarMicrosOf(record: JobRecord, nowMs: number): number {
  if (record.hold === null) return 0
  return record.settlement?.captureMicros ?? costSoFar(ratesOf(record.quote), runningTime(record, nowMs)?.gpuMs ?? null)
}

function productsOf(ctx: Ctx, record: JobRecord, withSummary: boolean): Promise<JobView['products']> {
  const { job, outputs, produced } = record
  return Promise.all(
    outputs.map((row) => {
      const isVideo = row.kind === 'video' || row.kind === 'clip'
      const video = isVideo ? produced.find(({ id }) => id === row.assetId) : undefined
      return productView(ctx, { row, job, source: record.input.fileName, video, withSummary })
    }),
  )
}

async function progressOf(ctx: Ctx, record: JobRecord, attempt: AttemptRow): Promise<NonNullable<JobView['progress']>> {
  const framesTotal = attempt.progressFramesTotal ?? quotedFactsOf(record.quote).frames
  const idle = { percent: 0, frame: 0, frames_total: framesTotal, fps: 0, eta_s: null, queue_ahead: null }
  if (record.job.state === 'finalizing')
    return { ...idle, stage: 'saving', percent: 98, frame: framesTotal, message: 'Checking and saving your result' }
  if (attempt.state !== 'running') {
    const ahead = await queueAhead(ctx, attempt)
    const retry =
      attempt.number > 1
        ? `Trying again (attempt ${attempt.number}): the last GPU run was lost. You pay for one run only.`
        : ''
    return { ...idle, stage: 'queued', queue_ahead: ahead, message: retry || 'Waiting for a GPU' }
  }
  const stage = Stage.safeParse(attempt.progressStage)
  if (!stage.success) return { ...idle, stage: 'starting', percent: 2, message: 'Starting the GPU' }
  const frame = attempt.progressFrame ?? 0
  const fps = attempt.progressFps ?? 0
  return {
    stage: stage.data,
    percent: attempt.progressPercent ?? 0,
    frame,
    frames_total: framesTotal,
    fps,
    eta_s: fps > 0 ? Math.max(0, framesTotal - frame) / fps : null,
    queue_ahead: null,
    message: attempt.progressMessage ?? '',
  }
}

/** Runs of ours that wait on the same endpoint and were sent before this one. */
async function queueAhead(ctx: Ctx, attempt: AttemptRow): Promise<number> {
  const [row] = await ctx.db
    .select({ n: count() })
    .from(attempts)
    .where(
      and(
        inArray(attempts.state, ['queued', 'dispatching', 'dispatch_unknown', 'running']),
        eq(attempts.endpointId, attempt.endpointId),
        lt(attempts.createdAtMs, attempt.createdAtMs),
      ),
    )
  return row?.n ?? 0
}

function failureOf(record: JobRecord, releasedMicros: number): JobView['failure'] {
  if (record.job.state !== 'failed') return null
  const code = ErrorCode.catch('internal').parse(record.job.failureCode)
  return {
    code,
    message: record.job.failureMessage ?? '',
    fault: ERROR_CODES[code].fault,
    released_micros: releasedMicros,
  }
}

async function liveFrameUrl(ctx: Ctx, attempt: AttemptRow | undefined): Promise<string | null> {
  if (attempt?.state !== 'running' || (attempt.progressFrame ?? 0) === 0) return null
  const target = storedTargetsOf(attempt).live_frame
  return target ? ctx.storage.presignGet(target.key, { expiresInS: LIVE_FRAME_URL_S }) : null
}
