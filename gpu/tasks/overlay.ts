import { confirmOutput } from '#gpu/render/confirm-output.ts'
import { readTracks } from '#gpu/render/read-tracks.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import type { HighlightRegion, OverlayParams } from '#lib/contracts/tasks/render.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Highlights players in the whole video, through a crop if there is one. */
export async function overlay(params: OverlayParams, context: TaskContext): Promise<TaskRun> {
  const { highlight_regions: regions, effect_type: effect, codec, quality } = params
  const request = {
    crop: params.crop_keyframes,
    output: { width: params.output_width, height: params.output_height },
    highlight: { effect, regions },
    tracks: followsTracks(regions) ? await readTracks(context) : undefined,
    format: 'mp4',
    codec,
    quality,
  } as const
  const rendered = await renderVideo(request, context)
  confirmOutput({ task: 'overlay', params }, rendered)
  const { files, stats } = rendered
  return { files, result: null, stats }
}

export function followsTracks(regions: readonly HighlightRegion[]): boolean {
  return regions.some(({ track_id }) => track_id !== undefined)
}
