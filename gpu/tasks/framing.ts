import { renderVideo } from '#gpu/render/render-video.ts'
import type { FramingParams } from '#lib/contracts/tasks/render.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Renders the whole video through a crop that moves and zooms. */
export async function framing(params: FramingParams, context: TaskContext): Promise<TaskRun> {
  const { crop_keyframes, output_width, output_height, codec, quality } = params
  const output = { width: output_width, height: output_height }
  const { files, stats } = await renderVideo({ crop: crop_keyframes, output, format: 'mp4', codec, quality }, context)
  return { files, result: null, stats }
}
