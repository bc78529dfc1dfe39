import { serveThread } from '#gpu/threads/worker-thread.ts'
import {
  type ComposeRequest,
  type Compositor,
  type CompositorPlan,
  createCompositor,
} from '#lib/core/render/compositor.ts'

/** `open` once, then any number of frames. Pixels stay in the shared memory; only a few numbers travel. */
export type ComposeCall =
  | { readonly kind: 'open'; readonly plan: CompositorPlan; readonly memory: WebAssembly.Memory; readonly lane: number }
  | { readonly kind: 'compose'; readonly request: ComposeRequest }

let compositor: Compositor | undefined

serveThread<ComposeCall, null>(async (call) => {
  if (call.kind === 'open') {
    compositor = await createCompositor(call.plan, { memory: call.memory, lane: call.lane })
    return { body: null }
  }
  if (compositor === undefined) throw new Error('a frame came before the compositor was opened')
  compositor.compose(call.request)
  return { body: null }
})
