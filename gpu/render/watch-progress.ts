import { livePictures } from '#gpu/media/live-pictures.ts'
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
  /** Waits for the picture being made. */
  stop(): Promise<void>
}

/** Reports 10–90 % while frames are made, repeats itself when nothing happens, and shows a picture now and then. */
export function watchProgress(plan: RenderPlan, context: TaskContext): ProgressWatch {
  const started = performance.now()
  const total = plan.files.reduce((sum, file) => sum + file.frames, 0)
  let frames = 0
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
  const pictures = livePictures({
    wanted: context.wanted.has('live_frame'),
    intervalMs: context.config.progressIntervalMs,
    colour: plan.colour,
    signal: context.signal,
    onPicture: context.onLiveFrame,
  })
  return {
    frameDone(frame) {
      context.signal.throwIfAborted()
      frames += 1
      const percent = 10 + 80 * Math.min(1, frames / Math.max(1, total))
      const fps = frames / Math.max(0.001, (performance.now() - started) / 1000)
      say({ stage: 'process', percent, frame: frames, framesTotal: Math.max(frames, total), fps, message: 'Rendering' })
      // A copy: the frame goes on.
      pictures.show(() => new Uint8Array(frame).slice(), { batch: 1, ...plan.composed })
    },
    checking(message) {
      say({ stage: 'encode', percent: 91, frame: frames, framesTotal: frames, fps: 0, message })
    },
    async stop() {
      clearInterval(timer)
      await pictures.close()
    },
  }
}
