import { confirmOutput } from '#gpu/render/confirm-output.ts'
import { readTracks } from '#gpu/render/read-tracks.ts'
import type { RenderRequest } from '#gpu/render/render-request.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import type { CropPath } from '#lib/contracts/geometry.ts'
import type { ExportParams } from '#lib/contracts/tasks/render.ts'
import { followsTracks } from './overlay.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Everything at once: crop, highlight, clips and enlargement in one pass. */
export async function exportVideo(params: ExportParams, context: TaskContext): Promise<TaskRun> {
  const { highlight_regions: regions, effect_type: effect, upscale_model: model = 'reelsr-std' } = params
  const request: RenderRequest = {
    crop: cropPath(params),
    output: { width: params.output_width, height: params.output_height },
    highlight: regions && { effect, regions },
    tracks: regions && followsTracks(regions) ? await readTracks(context) : undefined,
    clips: params.clips && { clips: params.clips, mode: params.mode, burnLabels: params.burn_labels },
    maxHeight: params.max_height,
    upscale: params.upscale ? { model, scale: params.upscale_scale } : undefined,
    format: params.format,
    codec: params.codec,
    quality: params.quality,
  }
  const rendered = await renderVideo(request, context)
  confirmOutput({ task: 'export', params }, rendered)
  const { files, clips, stats } = rendered
  return { files, result: clips && { clips }, stats }
}

/** A crop that stands still is a path of one keyframe; a path says it all. */
function cropPath({ crop, crop_keyframes }: ExportParams): CropPath | undefined {
  return crop_keyframes ?? (crop && [{ frame: 0, ...crop }])
}
