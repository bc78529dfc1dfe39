import { Arena } from './arena.ts'
import type { CompositorPlan } from './compositor.ts'
import { CompositorLane } from './compositor-lane.ts'
import type { FrameSize } from './frame-size.ts'
import { frameBytes } from './planar-frame.ts'

const PAGE_BYTES = 65_536

/** The kernel reads and writes 16 samples at a time, up to this many bytes past a frame's last one. */
const SLOT_PADDING = 64

/** Addresses in the kernel's memory. */
export interface MemoryLayout {
  readonly bytes: number
  readonly pages: number
  source(index: number): number
  target(index: number): number
  lane(index: number): number
}

/** Source slots, target slots, then the lanes, all alike. A pure function of the plan: every thread finds the same addresses. */
export function planMemory(plan: CompositorPlan): MemoryLayout {
  const arena = new Arena(0)
  const sources = takeSlots(arena, plan.source, plan.sourceSlots)
  const targets = takeSlots(arena, plan.output, plan.targetSlots)
  const laneStart = arena.end
  const laneBytes = measureLane(plan)
  const bytes = laneStart + laneBytes * plan.lanes
  return {
    bytes,
    pages: Math.ceil(bytes / PAGE_BYTES),
    source: (index) => sources.start + index * sources.stride,
    target: (index) => targets.start + index * targets.stride,
    lane: (index) => laneStart + index * laneBytes,
  }
}

function takeSlots(arena: Arena, size: FrameSize, count: number): { start: number; stride: number } {
  const slots = Array.from({ length: count }, () => arena.take(frameBytes(size) + SLOT_PADDING))
  const [start = arena.end, next = arena.end] = slots
  return { start, stride: next - start }
}

/** Lays a lane out without memory, to see how much it takes. */
function measureLane(plan: CompositorPlan): number {
  const arena = new Arena(0)
  new CompositorLane(new ArrayBuffer(0), arena, plan)
  return arena.end
}
