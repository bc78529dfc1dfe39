import type { TaskContext } from '#gpu/tasks/task-handler.ts'

/** A task reports 10–95 % of its own. */
const [FIRST, LAST] = [10, 95]

/** The same context for one part of a larger task, whose whole progress fills `from`–`to` percent of the larger one's. */
export function narrowProgress(context: TaskContext, from: number, to: number): TaskContext {
  return {
    ...context,
    onProgress: (progress) => {
      const part = (Math.min(LAST, Math.max(FIRST, progress.percent)) - FIRST) / (LAST - FIRST)
      context.onProgress({ ...progress, stage: 'process', percent: from + part * (to - from) })
    },
  }
}
