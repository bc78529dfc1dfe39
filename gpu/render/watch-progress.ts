import { encodeLiveFrame } from '#gpu/media/stills.ts'
import type { TaskContext, TaskProgress } from '#gpu/tasks/task-handler.ts'
import type { SharedFrame } from './frame-store.ts'
import type { RenderPlan } from './plan-render.ts'

/** How long the last word is repeated at the latest: checking a long file takes a while. */
const REPEAT_MS = 2000

export interface ProgressWatch {
  /** After every frame; it is looked at before it goes on. */
  frameDone(frame: SharedFrame): void
  /** 91 % on: nothing is counted any more. */
  checking(message: string): void
  stop(): void
}

/** Reports 10–90 % while frames are made, repeats itself when nothing happens, and shows a picture now and then. */
export function watchProgress(plan: RenderPlan, context: TaskContext): ProgressWatch {
  const started = performance.now()
  const total = plan.files.reduce((sum, file) => sum + file.frames, 0)
  let frames = 0
  let nextLook = 0
  let last: TaskProgress = {
    stage: 'process',
    percent: 10,
    frame: 0,
    framesTotal: total,
    fps: 0,
    message: 'Rendering',
  }
  const say = (progress: TaskProgress) => {
    last = progress
    context.onProgress(progress)
  }
  const timer = setInterval(() => context.onProgress(last), REPEAT_MS)
  const show = (frame: SharedFrame) => {
    const now = performance.now()
    if (!context.wanted.has('live_frame') || now < nextLook) return
    nextLook = now + context.config.progressIntervalMs
    const layout = { batch: 1, ...plan.composed }
    // A missed picture is no reason to fail a job.
    encodeLiveFrame(new Uint8Array(frame), layout, plan.colour, context.signal).then(
      context.onLiveFrame,
      () => undefined,
    )
  }
  return {
    frameDone(frame) {
      context.signal.throwIfAborted()
      frames += 1
      const percent = 10 + 80 * Math.min(1, frames / Math.max(1, total))
      const fps = frames / Math.max(0.001, (performance.now() - started) / 1000)
      say({ stage: 'process', percent, frame: frames, framesTotal: Math.max(frames, total), fps, message: 'Rendering' })
      show(frame)
    },
    checking(message) {
      say({ stage: 'encode', percent: 91, frame: frames, framesTotal: frames, fps: 0, message })
    },
    stop: () => clearInterval(timer),
  }
}
