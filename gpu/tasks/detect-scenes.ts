import { AppError } from '#lib/contracts/errors.ts'
import type { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

export async function detectScenes(_params: DetectScenesParams, _context: TaskContext): Promise<TaskRun> {
  throw new AppError('task_paused', 'This worker cannot do this task yet.')
}
