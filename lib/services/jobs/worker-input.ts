import type { WorkerInput } from '#lib/contracts/worker.ts'
import type { Ctx } from '#lib/services/context.ts'
import { signCallbackToken } from './callback-token.ts'
import { executionTimeoutMs } from './deadlines.ts'
import { type AttemptRow, deadlineMsOf, type JobRecord, quotedFactsOf } from './job-record.ts'
import { presignTargets, type StoredTargets } from './output-targets.ts'
import { quotedTracks } from './resolve-tracks.ts'

/** Presigned URLs of a dispatch live this long at most (SigV4's own limit is 7 days); `start` hands out fresh ones. */
const DISPATCH_URL_S = 60 * 60

/** How long the URLs handed out at `start` must work: the run itself and its uploads. */
export function runUrlSeconds(ctx: Ctx, record: JobRecord): number {
  return Math.min(7 * 24 * 3600, Math.ceil(executionTimeoutMs(ctx.settings, record.quote) / 1000) + 30 * 60)
}

/** What RunPod hands to the worker. The worker sees no bucket credentials, only URLs that end. */
export async function buildWorkerInput(
  ctx: Ctx,
  record: JobRecord,
  attempt: AttemptRow,
  targets: StoredTargets,
): Promise<WorkerInput> {
  const facts = quotedFactsOf(record.quote)
  const tracks_url = await tracksUrl(ctx, record, DISPATCH_URL_S)
  const segment = record.segments.find((row) => row.id === attempt.segmentId)
  return {
    job_id: record.job.id,
    attempt_id: attempt.id,
    task: record.job.task as WorkerInput['task'],
    input_url: await ctx.storage.presignGet(record.input.objectKey, { expiresInS: DISPATCH_URL_S }),
    ...(tracks_url && { tracks_url }),
    outputs: await presignTargets(ctx, targets, DISPATCH_URL_S),
    params: JSON.parse(record.job.paramsJson),
    quoted: { frames: facts.frames, duration_s: facts.duration_s, width: facts.width, height: facts.height },
    callback_url: `${ctx.settings.appUrl}/api/worker`,
    callback_token: await signCallbackToken(ctx.settings, attempt.id, deadlineMsOf(record)),
    ...(segment?.startTimeS != null && segment.endTimeS != null
      ? { segment: { start_time: segment.startTimeS, end_time: segment.endTimeS } }
      : {}),
  }
}

/** Where the tracks are that the job goes by, if it does; that they are still the same is checked when the worker starts. */
export async function tracksUrl(ctx: Ctx, { quote }: JobRecord, expiresInS: number): Promise<string | undefined> {
  const tracks = await quotedTracks(ctx, quote)
  return tracks ? ctx.storage.presignGet(tracks.objectKey, { expiresInS }) : undefined
}

/** RunPod's webhook is unsigned: its URL proves which attempt it speaks for. */
export async function webhookUrl(ctx: Ctx, record: JobRecord, attemptId: string): Promise<string> {
  const url = new URL('/api/webhook/runpod', ctx.settings.appUrl)
  url.searchParams.set('attempt', attemptId)
  url.searchParams.set('token', await signCallbackToken(ctx.settings, attemptId, deadlineMsOf(record)))
  return url.toString()
}
