import { readTracks } from '#gpu/render/read-tracks.ts'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { AppError, type ErrorCode } from '#lib/contracts/errors.ts'
import type { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { type PlannedCrop, planCrop } from '#lib/core/auto-crop/plan-crop.ts'
import { autoCropSize } from '#lib/core/media/rendered-size.ts'

export interface PlanCall {
  readonly tracksPath: string
  /** `1280x720` */
  readonly resolution: string
  readonly times: readonly number[]
  readonly cuts: readonly number[]
  readonly params: AutoCropParams
}

/** Coded errors do not survive the way out of a thread: they travel as data. */
export type PlanReply =
  | { readonly planned: PlannedCrop }
  | { readonly code: ErrorCode; readonly message: string; readonly field: string | undefined }

/** Containers and decoders may disagree on a frame at the end. */
const FRAME_TOLERANCE = 2

serveThread<PlanCall, PlanReply>(async (call, stopped) => {
  const checkpoint = (): void => {
    if (stopped()) throw new Error('nobody waits for this plan any more')
  }
  try {
    const tracks = await readTracks({ tracksPath: call.tracksPath, signal: new AbortController().signal })
    checkpoint()
    checkFit(tracks, call)
    const { times, cuts, params } = call
    return { body: { planned: planCrop({ tracks, times, cuts, params, output: autoCropSize(params), checkpoint }) } }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { body: { code: error.code, message: error.message, field: error.field } }
  }
})

/** Refuses tracks of another video, and subjects they do not have. */
function checkFit(tracks: TracksFile, { resolution, times, params }: PlanCall): void {
  if (`${tracks.width}x${tracks.height}` !== resolution) {
    const message = `The tracks are of a video of ${tracks.width}x${tracks.height}; this one is ${resolution}.`
    throw new AppError('invalid_request', message, { field: 'tracks_url' })
  }
  const last = tracks.tracks.reduce((most, { frames }) => Math.max(most, frames.at(-1)?.frame ?? 0), 0)
  if (last >= times.length + FRAME_TOLERANCE) {
    const message = `The tracks reach to frame ${last}; this video has ${times.length} frames.`
    throw new AppError('invalid_request', message, { field: 'tracks_url' })
  }
  if (typeof params.subject === 'number' && !tracks.tracks.some(({ track_id }) => track_id === params.subject)) {
    const message = `There is no track ${params.subject} in this video.`
    throw new AppError('unknown_track', message, { field: 'params.subject' })
  }
}
