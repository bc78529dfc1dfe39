import type { TaskContext, TaskProgress } from './task-handler.ts'

/** Longest silence, well below the ten seconds after which a job looks dead. */
const REPEAT_MS = 3000
const FIRST: TaskProgress = {
  stage: 'process',
  percent: 10,
  frame: 0,
  framesTotal: 0,
  fps: 0,
  message: 'Reading the file',
}

/**
 * Runs a task whose tools may be silent for a while (a large file read through, a result checked): the newest progress is said again
 * until there is another. That the tools get anywhere is for their own limits to see.
 */
export async function keepReporting<Result>(
  context: TaskContext,
  run: (context: TaskContext) => Promise<Result>,
): Promise<Result> {
  let newest = FIRST
  const onProgress = (progress: TaskProgress) => {
    newest = progress
    timer.refresh()
    context.onProgress(progress)
  }
  const timer = setInterval(() => context.onProgress(newest), REPEAT_MS)
  try {
    context.onProgress(newest)
    return await run({ ...context, onProgress })
  } finally {
    clearInterval(timer)
  }
}
