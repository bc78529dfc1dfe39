import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { type ComposeRequest, type CompositorPlan, createCompositor } from '#lib/core/render/compositor.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { frameBytes } from '#lib/core/render/planar-frame.ts'
import type { ComposeCall } from './compose-thread.ts'

export type SharedFrame = Uint8Array<SharedArrayBuffer>

/** Frames in shared memory: the reader fills sources, threads compose them into targets, the writer sends either on. */
export interface FrameStore {
  readonly sources: readonly SharedFrame[]
  readonly targets: readonly SharedFrame[]
  /** Calls are spread over the threads; each target is used by one call at a time. */
  compose(request: ComposeRequest): Promise<void>
  close(): Promise<void>
}

/** Besides the frames being composed: one being read and one waiting, or one being written and one waiting. */
const SPARE_SLOTS = 2

/** Slots alone, for frames that all go out as they came in. */
export function openPlainStore(size: FrameSize): FrameStore {
  const bytes = frameBytes(size)
  const count = 1 + SPARE_SLOTS
  const memory = new SharedArrayBuffer(count * bytes)
  return {
    sources: Array.from({ length: count }, (_, slot) => new Uint8Array(memory, slot * bytes, bytes)),
    targets: [],
    compose: () => Promise.reject(new Error('nothing was to be composed')),
    close: async () => undefined,
  }
}

export type StorePlan = Pick<CompositorPlan, 'source' | 'output' | 'range' | 'largestLabel'>

/** WebAssembly addresses 4 GiB; a lane works on about as much again as a source and a target. */
const MEMORY_BYTES = 3 * 2 ** 30

function affordableThreads(wish: StorePlan, threads: number): number {
  const perThread = 3 * (frameBytes(wish.source) + frameBytes(wish.output))
  return Math.max(1, Math.min(threads, Math.floor(MEMORY_BYTES / perThread) - SPARE_SLOTS))
}

/** Slots and threads that compose, each frame by frame: `wanted` of them, fewer for very large frames. */
export async function openComposingStore(wish: StorePlan, wanted: number): Promise<FrameStore> {
  const threads = affordableThreads(wish, wanted)
  const slots = threads + SPARE_SLOTS
  const plan: CompositorPlan = { ...wish, sourceSlots: slots, targetSlots: slots, lanes: threads }
  const owner = await createCompositor(plan)
  const { memory } = owner
  const pool = Array.from(
    { length: threads },
    () => new WorkerThread<ComposeCall, null>(new URL('./compose-thread.ts', import.meta.url)),
  )
  const close = async () => {
    await Promise.all(pool.map((thread) => thread.close()))
  }
  try {
    await Promise.all(pool.map((thread, lane) => thread.call({ kind: 'open', plan, memory, lane })))
  } catch (error) {
    await close()
    throw error
  }
  let next = 0
  return {
    sources: Array.from({ length: slots }, (_, slot) => shared(owner.sourceSlot(slot))),
    targets: Array.from({ length: slots }, (_, slot) => shared(owner.targetSlot(slot))),
    async compose(request) {
      // Frames leave in the order they came, so taking turns is as good as looking for the idlest.
      const thread = pool[next++ % pool.length]
      await thread?.call({ kind: 'compose', request })
    },
    close,
  }
}

function shared(view: Uint8Array): SharedFrame {
  if (!(view.buffer instanceof SharedArrayBuffer)) throw new Error('the compositor’s memory is not shared')
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}
