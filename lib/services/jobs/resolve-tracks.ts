import { and, desc, eq, isNull } from 'drizzle-orm'
import { jobOutputs } from '#db/schema/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { TracksSummary } from '#lib/contracts/products.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { followedTracks, takesTracks } from '#lib/core/jobs/followed-tracks.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { checkPinned } from '#lib/services/uploads/confirm-output.ts'
import type { JobOutputRow } from './job-record.ts'

/**
 * Which tracks a request goes by: those of the named job, or the video's latest when it must follow someone and names none. Null when it
 * follows nobody. Only tracks of the very video the task is for count.
 * Throws AppError `not_found` (no such tracks of this user's), `invalid_request` (tracks of another video, or a task that takes none),
 * `missing_tracks`, `unknown_track`.
 */
export async function resolveTracks({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { assetId: string; request: TaskRequest; tracksJobId?: string | undefined }
}): Promise<JobOutputRow | null> {
  const { assetId, request, tracksJobId } = input
  const followed = followedTracks(request)
  if (tracksJobId === undefined && followed.length === 0) return null
  if (!takesTracks(request)) {
    const message = 'This task goes by no tracks.'
    throw new AppError('invalid_request', message, { field: 'tracks_job_id' })
  }
  const row = await (tracksJobId === undefined
    ? latestTracks(ctx, assetId)
    : namedTracks(ctx, { assetId, jobId: tracksJobId }))
  const known = new Set(TracksSummary.parse(JSON.parse(row.summaryJson)).tracks.map(({ track_id: trackId }) => trackId))
  const unknown = followed.find(({ trackId }) => !known.has(trackId))
  if (!unknown) return row
  const message = `There is no track ${unknown.trackId} in the tracks of this video.`
  throw new AppError('unknown_track', message, { field: unknown.field })
}

async function latestTracks(ctx: UserCtx, assetId: string): Promise<JobOutputRow> {
  const [row] = await ctx.db
    .select()
    .from(jobOutputs)
    .where(and(tracksOf(ctx), eq(jobOutputs.assetId, assetId)))
    .orderBy(desc(jobOutputs.createdAtMs), desc(jobOutputs.id))
    .limit(1)
  if (row) return row
  const message = 'This follows a player: run “Track” on this video first.'
  throw new AppError('missing_tracks', message, { field: 'params' })
}

async function namedTracks(ctx: UserCtx, input: { assetId: string; jobId: string }): Promise<JobOutputRow> {
  const [row] = await ctx.db
    .select()
    .from(jobOutputs)
    .where(and(tracksOf(ctx), eq(jobOutputs.jobId, input.jobId)))
  if (!row) throw new AppError('not_found', 'There are no such tracks.', { field: 'tracks_job_id' })
  if (row.assetId === input.assetId) return row
  throw new AppError('invalid_request', 'These tracks belong to another video.', { field: 'tracks_job_id' })
}

const tracksOf = (ctx: UserCtx) =>
  and(eq(jobOutputs.userId, ctx.userId), eq(jobOutputs.kind, 'tracks'), isNull(jobOutputs.deletedAtMs))

/** The tracks a quote was made with; null when it goes by none. */
export async function quotedTracks(ctx: Ctx, quote: { tracksOutputId: string | null }): Promise<JobOutputRow | null> {
  if (quote.tracksOutputId === null) return null
  const [row] = await ctx.db.select().from(jobOutputs).where(eq(jobOutputs.id, quote.tracksOutputId))
  return row ?? null
}

/** That the tracks of a quote, if it has any, are still the very same. Throws AppError `input_changed` when they are not, or are gone. */
export async function checkTracks(ctx: Ctx, quote: { tracksOutputId: string | null }): Promise<void> {
  const row = await quotedTracks(ctx, quote)
  if (quote.tracksOutputId === null) return
  if (!row || row.deletedAtMs !== null)
    throw new AppError('input_changed', 'The tracks this was to follow are gone. Ask for a new price.')
  await checkPinned({ ctx, input: { key: row.objectKey, etag: row.etag } })
}
