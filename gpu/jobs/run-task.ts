import type { z } from 'zod'
import { TASK_HANDLERS } from '#gpu/tasks/index.ts'
import type { TaskContext, TaskHandler, TaskRun } from '#gpu/tasks/task-handler.ts'
import { AppError, invalidRequest } from '#lib/contracts/errors.ts'
import { TASKS, type TaskName, type TaskParams } from '#lib/contracts/tasks/index.ts'

/** Parses a task's params by its own contract. Throws `invalid_request` with `field` `params.<key>`. */
export function parseParams<Name extends TaskName>(task: Name, params: unknown): TaskParams[Name] {
  const parsed = TASKS[task].params.safeParse(params)
  if (parsed.success) return parsed.data as TaskParams[Name]
  const error = invalidRequest(parsed.error as z.ZodError)
  const field = error.field === undefined ? 'params' : `params.${error.field}`
  throw new AppError(error.code, error.message, { field, cause: parsed.error })
}

/** Runs a task with parsed params. */
export async function runTask<Name extends TaskName>(
  task: Name,
  params: TaskParams[Name],
  context: TaskContext,
): Promise<TaskRun> {
  // The table says which handler takes which params; TypeScript cannot follow that through an index.
  const load = TASK_HANDLERS[task] as () => Promise<TaskHandler<TaskParams[Name]>>
  const handler = await load()
  return handler(params, context)
}
