import { AppError } from '#lib/contracts/errors.ts'
import type { OverlayParams } from '#lib/contracts/tasks/render.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

export async function overlay(_params: OverlayParams, _context: TaskContext): Promise<TaskRun> {
  throw new AppError('task_paused', 'This worker cannot do this task yet.')
}
