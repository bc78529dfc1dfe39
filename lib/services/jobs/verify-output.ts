import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import type { Ctx } from '#lib/services/context.ts'
import { readHeaders } from '#lib/services/uploads/confirm-output.ts'
import { type AttemptRow, type JobRecord, quotedFactsOf, requestOf } from './job-record.ts'
import { type StoredTargets, storedTargetsOf } from './output-targets.ts'

export type Verified =
  | { ok: true; key: string; posterKey: string | null; bytes: number; etag: string; facts: MediaFacts }
  | { ok: false; problems: string[] }

/**
 * Checks a result ourselves: the object exists with the reported size, its headers parse, and together with the worker's decoded counts
 * they are what the quote promised. A multipart result is completed first, from the ETags the worker reports.
 */
export async function verifyOutput({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { record: JobRecord; attempt: AttemptRow; output: WorkerCompleted }
}): Promise<Verified> {
  const { record, attempt, output } = input
  const targets = storedTargetsOf(attempt)
  const video = targets.video
  const reported = output.outputs.video
  if (!video || !reported) return { ok: false, problems: ['The video is missing.'] }
  const joined = await joinParts(ctx, video, reported.etags ?? [])
  if (!joined) return { ok: false, problems: ['The parts of the video do not fit together.'] }
  const headers = await headersOf(ctx, video.key)
  if (!headers) return { ok: false, problems: ['The video cannot be read back.'] }
  const quoted = quotedFactsOf(record.quote)
  const expected = expectedOutput(requestOf(record.job), quoted)
  if (expected === null) return { ok: false, problems: ['A video came back where none was asked for.'] }
  const problems = outputProblems({
    expected,
    input: quoted,
    headers: headers.facts,
    stats: output.stats,
  })
  if (headers.bytes !== reported.bytes)
    problems.push(`${reported.bytes} bytes were reported, ${headers.bytes} are stored.`)
  if (problems.length > 0) return { ok: false, problems }
  const posterKey = output.outputs.poster && targets.poster ? targets.poster.key : null
  return { ok: true, key: video.key, posterKey, bytes: headers.bytes, etag: headers.etag, facts: headers.facts }
}

/** Completes a multipart result. Whoever asks second, or again after a lost answer, finds the object and is content. */
async function joinParts(ctx: Ctx, video: StoredTargets[string], etags: string[]): Promise<boolean> {
  if (!video.multipart || (await ctx.storage.head(video.key))) return true
  if (etags.length === 0) return false
  try {
    const parts = etags.map((etag, index) => ({ partNumber: index + 1, etag }))
    await ctx.storage.completeMultipart(video.key, video.multipart.uploadId, parts)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'upload_closed') return (await ctx.storage.head(video.key)) !== null
    if (error instanceof AppError && error.code === 'upload_incomplete') return false
    throw error
  }
}

async function headersOf(ctx: Ctx, key: string) {
  try {
    return await readHeaders({ ctx, input: { key } })
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unavailable') return null
    throw error
  }
}
