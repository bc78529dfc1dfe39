import { writeResult } from '#gpu/jobs/write-result.ts'
import { trackVideo } from '#gpu/tracking/track-video.ts'
import type { TrackParams, TrackResult } from '#lib/contracts/tasks/track.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Follows every player and the ball: boxes in the `result` file, the rest in the message. */
export async function track(params: TrackParams, context: TaskContext): Promise<TaskRun> {
  const { file, stats } = await trackVideo(params, context)
  const { tracks: _bulky, camera: _long, ...result } = file
  return { files: { result: await writeResult(context.workDir, file) }, result: result satisfies TrackResult, stats }
}
