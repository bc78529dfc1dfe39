import { confirmOutput } from '#gpu/render/confirm-output.ts'
import { renderVideo } from '#gpu/render/render-video.ts'
import type { AnnotateParams } from '#lib/contracts/tasks/render.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Cuts clips out of a video, frame by frame exact, into one reel with chapters or one file each. */
export async function annotate(params: AnnotateParams, context: TaskContext): Promise<TaskRun> {
  const { clips: wanted, mode, burn_labels: burnLabels, codec, quality } = params
  const request = { clips: { clips: wanted, mode, burnLabels }, format: 'mp4', codec, quality } as const
  const rendered = await renderVideo(request, context)
  confirmOutput({ task: 'annotate', params }, rendered)
  const { files, clips, stats } = rendered
  return { files, result: { clips }, stats }
}
