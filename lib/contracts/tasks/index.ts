import { z } from 'zod'
import type { TaskContract } from './task-contract.ts'
import { upscaleContract } from './upscale.ts'

export const TASK_NAMES = ['upscale'] as const
export const TaskName = z.enum(TASK_NAMES)
export type TaskName = z.infer<typeof TaskName>

/** Every task by name: forgetting one is a compile error. */
export const TASKS = { upscale: upscaleContract } as const satisfies Record<TaskName, TaskContract>

export type TaskParams = { [Name in TaskName]: z.infer<(typeof TASKS)[Name]['params']> }

/** A task with its parsed params, as a quote, a job and the worker carry it. */
export const TaskRequest = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('upscale'), params: upscaleContract.params }),
])
export type TaskRequest = z.infer<typeof TaskRequest>
