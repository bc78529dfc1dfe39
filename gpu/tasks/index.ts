import type { TaskName, TaskParams } from '#lib/contracts/tasks/index.ts'
import type { TaskHandler } from './task-handler.ts'
import { upscale } from './upscale.ts'

/** Every task's handler: forgetting one is a compile error. */
export const TASK_HANDLERS = { upscale } as const satisfies { [Name in TaskName]: TaskHandler<TaskParams[Name]> }
