import { type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { analysisFrame } from '#lib/core/scenes/analysis-frame.ts'
import { ChangeWatcher, type FrameChanges } from '#lib/core/scenes/watch-changes.ts'

/** `frames` adds some; `finish` hands over everything measured, and the next frame begins another video. */
export type AnalyseRequest = { readonly fps: number } & (
  | { readonly kind: 'frames'; readonly buffer: ArrayBuffer; readonly layout: FrameLayout; readonly frames: number }
  | { readonly kind: 'finish' }
)
export interface AnalyseReply {
  readonly buffer?: ArrayBuffer
  readonly changes?: FrameChanges
}

let watcher: ChangeWatcher | undefined

serveThread<AnalyseRequest, AnalyseReply>(async (request) => {
  watcher ??= new ChangeWatcher(request.fps)
  if (request.kind === 'finish') {
    const changes = watcher.finish()
    watcher = undefined
    return { body: { changes } }
  }
  const { buffer, layout, frames } = request
  for (let index = 0; index < frames; index++) {
    // Copied: the watcher keeps frames, while the buffer goes back to be filled again.
    const { luma, chroma } = framePlanes(buffer, layout, index)
    watcher.push(analysisFrame(luma.slice(), chroma.slice(), layout))
  }
  return { body: { buffer }, transfer: [buffer] }
})
