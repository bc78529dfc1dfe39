import { AppError } from '#lib/contracts/errors.ts'
import type { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

export async function autoCrop(_params: AutoCropParams, _context: TaskContext): Promise<TaskRun> {
  throw new AppError('task_paused', 'This worker cannot do this task yet.')
}
