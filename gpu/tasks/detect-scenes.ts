import { writeResult } from '#gpu/jobs/write-result.ts'
import { findScenes } from '#gpu/scenes/find-scenes.ts'
import type { DetectScenesParams, DetectScenesResult } from '#lib/contracts/tasks/detect-scenes.ts'
import { keepReporting } from './keep-reporting.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** Finds cuts and fades: the scenes in the message, the score of every frame in the `result` file. */
export async function detectScenes(params: DetectScenesParams, context: TaskContext): Promise<TaskRun> {
  const { file, stats } = await keepReporting(context, (reporting) => findScenes(params, reporting))
  const { scores: _scores, times: _times, ...result } = file
  return {
    files: { result: await writeResult(context.workDir, file) },
    result: result satisfies DetectScenesResult,
    stats,
  }
}
