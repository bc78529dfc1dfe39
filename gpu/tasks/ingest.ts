import { AppError } from '#lib/contracts/errors.ts'
import type { IngestParams } from '#lib/contracts/tasks/ingest.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

export async function ingest(_params: IngestParams, _context: TaskContext): Promise<TaskRun> {
  throw new AppError('task_paused', 'This worker cannot do this task yet.')
}
