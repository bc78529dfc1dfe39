import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { narrowProgress } from '#gpu/auto-crop/narrow-progress.ts'
import { planInThread } from '#gpu/auto-crop/plan-in-thread.ts'
import { writeResult } from '#gpu/jobs/write-result.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import { findScenes } from '#gpu/scenes/find-scenes.ts'
import { trackVideo } from '#gpu/tracking/track-video.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { AutoCropParams, AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import { DetectScenesParams, type ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { TrackParams } from '#lib/contracts/tasks/track.ts'
import { autoCropSize } from '#lib/core/media/rendered-size.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Every cut counts, however soon after the last one: gliding over it would show. */
const SHORTEST_SCENE_S = 0.2

/**
 * Finds the cuts and, unless they came with the job, the tracks; plans the crop; renders it when asked to. The keyframes are the result
 * either way.
 */
export async function autoCrop(params: AutoCropParams, context: TaskContext): Promise<TaskRun> {
  if (typeof params.subject === 'number' && context.tracksPath === undefined) {
    const message = 'Following one track needs the tracks of the video: run the track task first and pass its result.'
    throw new AppError('missing_tracks', message, { field: 'tracks_url' })
  }
  // Shares of the time the parts take: tracking is by far the longest.
  const [scenesEnd, tracksEnd, planEnd] = context.tracksPath === undefined ? [20, 66, 68] : [38, 38, 42]
  const found = await findScenes(
    DetectScenesParams.parse({ min_scene_length: SHORTEST_SCENE_S }),
    narrowProgress(context, 10, scenesEnd),
  )
  const tracked = await findTracks(narrowProgress(context, scenesEnd, tracksEnd))
  const { input_resolution: resolution } = found.stats
  const { times } = found.file
  const cuts = cutsOf(found.file)
  const planned = await planInThread(
    { tracksPath: tracked.path, resolution, times, cuts, params },
    narrowProgress(context, tracksEnd, planEnd),
  )
  const [width = 0, height = 0] = resolution.split('x').map(Number)
  const result = {
    crop_keyframes: planned.keyframes,
    width,
    height,
    followed: planned.followed,
  } satisfies AutoCropResult
  const { crop_keyframes: crop } = result
  const output = autoCropSize(params)
  const rendered = params.render
    ? await renderVideo(
        { crop, output, format: 'mp4', codec: params.codec, quality: params.quality },
        narrowProgress(context, planEnd, 95),
      )
    : undefined
  const files = { ...rendered?.files, result: await writeResult(context.workDir, result) }
  return { files, result, stats: { ...(rendered?.stats ?? found.stats), ...tracked.model } }
}

/** The job's own tracks file, or a new one with which model made it. */
async function findTracks(
  context: TaskContext,
): Promise<{ path: string; model: Pick<TaskRun['stats'], 'model' | 'model_sha256'> }> {
  if (context.tracksPath !== undefined) return { path: context.tracksPath, model: {} }
  const { file, stats } = await trackVideo(TrackParams.parse({}), context)
  const folder = join(context.workDir, 'tracks')
  await mkdir(folder)
  const { model, model_sha256 } = stats
  return { path: await writeResult(folder, file), model: { model, ...(model_sha256 ? { model_sha256 } : {}) } }
}

function cutsOf({ scenes }: ScenesFile): number[] {
  return scenes.slice(1).map(({ start_frame }) => start_frame)
}
