import { confirmOutput } from '#gpu/render/confirm-output.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import type { FramingParams } from '#lib/contracts/tasks/render.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Renders the whole video through a crop that moves and zooms. */
export async function framing(params: FramingParams, context: TaskContext): Promise<TaskRun> {
  const { crop_keyframes, output_width, output_height, codec, quality } = params
  const output = { width: output_width, height: output_height }
  const rendered = await renderVideo({ crop: crop_keyframes, output, format: 'mp4', codec, quality }, context)
  confirmOutput({ task: 'framing', params }, rendered)
  const { files, stats } = rendered
  return { files, result: null, stats }
}
