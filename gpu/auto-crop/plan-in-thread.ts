import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { PlannedCrop } from '#lib/core/auto-crop/plan-crop.ts'
import type { PlanCall, PlanReply } from './plan-thread.ts'

const REPEAT_MS = 2000

/**
 * Plans the crop beside the event loop: two hours of tracks take a while to read and to think about.
 * @throws AppError `invalid_request` when the tracks do not fit the video, `unknown_track` when they lack the subject; the signal's reason when aborted.
 */
export async function planInThread(call: PlanCall, { signal, onProgress }: TaskContext): Promise<PlannedCrop> {
  signal.throwIfAborted()
  const thread = new WorkerThread<PlanCall, PlanReply>(new URL('./plan-thread.ts', import.meta.url))
  const frames = call.times.length
  const say = (): void =>
    onProgress({
      stage: 'process',
      percent: 10,
      frame: frames,
      framesTotal: frames,
      fps: 0,
      message: 'Planning the crop',
    })
  say()
  const timer = setInterval(say, REPEAT_MS)
  const stop = (): void => void thread.interrupt(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const reply = await thread.call(call)
    if ('planned' in reply) return reply.planned
    throw new AppError(reply.code, reply.message, { field: reply.field })
  } finally {
    signal.removeEventListener('abort', stop)
    clearInterval(timer)
    await thread.close()
  }
}
