import { inArray } from 'drizzle-orm'
import { switches } from '#db/schema/operations.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Throws task_paused while an operator has switched the task or its model off. */
export async function refusePausedTask({ ctx, input }: { ctx: Ctx; input: TaskRequest }): Promise<void> {
  const keys = [`task:${input.task}`, ...('model' in input.params ? [`model:${input.params.model}`] : [])]
  const [paused] = await ctx.db.select().from(switches).where(inArray(switches.key, keys)).limit(1)
  if (paused)
    throw new AppError('task_paused', `This is switched off for the moment: ${paused.reason} Please try again later.`)
}
