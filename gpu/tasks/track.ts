import { AppError } from '#lib/contracts/errors.ts'
import type { TrackParams } from '#lib/contracts/tasks/track.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

export async function track(_params: TrackParams, _context: TaskContext): Promise<TaskRun> {
  throw new AppError('task_paused', 'This worker cannot do this task yet.')
}
