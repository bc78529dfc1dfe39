import { type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { analysisFrame } from '#lib/core/scenes/analysis-frame.ts'
import { ChangeWatcher, type FrameChanges } from '#lib/core/scenes/watch-changes.ts'

/** `start` begins another video, `frames` adds some of it, `finish` hands over everything measured. */
export type AnalyseRequest =
  | { readonly kind: 'start'; readonly fps: number }
  | { readonly kind: 'frames'; readonly buffer: ArrayBuffer; readonly layout: FrameLayout; readonly frames: number }
  | { readonly kind: 'finish' }
export interface AnalyseReply {
  readonly buffer?: ArrayBuffer
  readonly changes?: FrameChanges
}

let watcher = new ChangeWatcher(25)

serveThread<AnalyseRequest, AnalyseReply>(async (request) => {
  switch (request.kind) {
    case 'start':
      watcher = new ChangeWatcher(request.fps)
      return { body: {} }
    case 'frames':
      return measure(request.buffer, request.layout, request.frames)
    case 'finish':
      return { body: { changes: watcher.finish() } }
    default:
      return assertNever(request)
  }
})

function measure(buffer: ArrayBuffer, layout: FrameLayout, frames: number) {
  for (let index = 0; index < frames; index++) {
    // Copied: the watcher keeps frames, while the buffer goes back to be filled again.
    const { luma, chroma } = framePlanes(buffer, layout, index)
    watcher.push(analysisFrame(luma.slice(), chroma.slice(), layout))
  }
  return { body: { buffer }, transfer: [buffer] }
}
