import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { EffectType } from '#lib/contracts/tasks/render.ts'
import { Arena } from './arena.ts'
import { CompositorLane } from './compositor-lane.ts'
import type { FrameSize } from './frame-size.ts'
import type { Ellipse } from './highlight.ts'
import { instantiateKernel } from './kernel/instantiate-kernel.ts'
import { planMemory } from './plan-memory.ts'
import { frameBytes } from './planar-frame.ts'

/** Everything that fixes the memory a render needs; nothing is allocated after that, however long the video. */
export interface CompositorPlan {
  /** Displayed size of the source frames, as decoded (rotation and sample aspect ratio applied). Odd sizes are fine. */
  readonly source: FrameSize
  readonly output: FrameSize
  /** Range of both source and output samples: black is 16 or 0. */
  readonly range: 'limited' | 'full'
  readonly sourceSlots: number
  readonly targetSlots: number
  /** Threads that compose at once: each has a lane of its own (working memory), used by nobody else. */
  readonly lanes: number
  /** Size of the largest label; absent: no labels. */
  readonly largestLabel?: FrameSize | undefined
}

/** A small premade picture, laid over the output. */
export interface Label extends FrameSize {
  /** Left and top edge in output pixels; moved to even ones, where chroma samples are. Parts outside the output are not drawn. */
  readonly x: number
  readonly y: number
  /** Planar `yuva420p` of the output's range: luma, Cb, Cr (`ceil(side / 2)`), then alpha at luma resolution; not premultiplied. */
  readonly pixels: Uint8Array
}

export interface Highlight {
  readonly effect: EffectType
  /** In source pixels; empty means no effect. */
  readonly ellipses: readonly Ellipse[]
  /** Of the ring, as 8-bit R'G'B'; a warm white when absent. */
  readonly ringColour?: readonly [red: number, green: number, blue: number] | undefined
  /** Matrix that turns the ring's colour into Y'CbCr; BT.709 when absent. */
  readonly matrix?: 'bt709' | 'bt601' | 'bt2020' | undefined
}

export interface ComposeRequest {
  readonly sourceSlot: number
  readonly targetSlot: number
  /** Source pixels, fractions allowed. Clamped inside the frame; a shape more than 1 % off the output's is shown whole, on a fill. */
  readonly crop: Rectangle
  readonly highlight?: Highlight | undefined
  readonly label?: Label | undefined
}

/**
 * Composes frames: highlight, crop and scale, label. A source slot is only read, so it can be composed again; a target slot is
 * overwritten whole. Synchronous; one call at a time on one lane, any number of lanes at once on different
 * target slots.
 */
export interface Compositor {
  readonly plan: CompositorPlan
  /** Shared with other threads: post it to a worker and create that one's compositor with it. */
  readonly memory: WebAssembly.Memory
  /** A whole frame, laid out as `planarFrame` says: a pipe can be read straight into it. */
  sourceSlot(index: number): Uint8Array
  /** A whole frame: can be written straight to a pipe. */
  targetSlot(index: number): Uint8Array
  /** @throws RangeError for a slot that does not exist, numbers that are not finite, or a label larger than the plan's. */
  compose(request: ComposeRequest): void
}

/** A lane of memory that another thread created. */
export interface SharedLane {
  readonly memory: WebAssembly.Memory
  /** 0-based; the creator of the memory uses lane 0. */
  readonly lane: number
}

/** Makes a compositor with memory of its own, or one on a lane of memory that is there already (same plan). */
export async function createCompositor(plan: CompositorPlan, shared?: SharedLane): Promise<Compositor> {
  const layout = planMemory(plan)
  const memory =
    shared?.memory ?? new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages, shared: true })
  const lane = shared?.lane ?? 0
  requireIndex(lane, plan.lanes, 'lane')
  if (memory.buffer.byteLength < layout.bytes) throw new RangeError('the memory was made for another plan')
  const kernel = await instantiateKernel(memory)
  const work = new CompositorLane(memory.buffer, new Arena(layout.lane(lane)), plan)
  const sourceSlot = (index: number) => layout.source(requireIndex(index, plan.sourceSlots, 'source slot'))
  const targetSlot = (index: number) => layout.target(requireIndex(index, plan.targetSlots, 'target slot'))
  return {
    plan,
    memory,
    sourceSlot: (index) => new Uint8Array(memory.buffer, sourceSlot(index), frameBytes(plan.source)),
    targetSlot: (index) => new Uint8Array(memory.buffer, targetSlot(index), frameBytes(plan.output)),
    compose: (request) => work.compose(kernel, request, sourceSlot(request.sourceSlot), targetSlot(request.targetSlot)),
  }
}

function requireIndex(index: number, count: number, name: string): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index
  throw new RangeError(`there is no ${name} ${index}, only ${count}`)
}
