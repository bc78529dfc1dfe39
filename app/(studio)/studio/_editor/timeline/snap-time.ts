import type { FrameClock } from '#lib/core/project/frame-clock.ts'

/** How near, in pixels, an edge must come to be caught. */
export const SNAP_PX = 8

/** The boundary between frames that is nearest: where a clip may begin or end. */
export function nearestEdge(clock: FrameClock, seconds: number): number {
  const frame = clock.frameAt(seconds)
  const [before, after] = [clock.timeOf(frame), clock.timeOf(frame + 1)]
  return seconds - before <= after - seconds ? before : after
}

/** The nearest of the things to snap to, if one is near; else the nearest boundary between frames. */
export function snapTime(
  clock: FrameClock,
  seconds: number,
  targets: readonly number[],
  pxPerS: number,
): { readonly timeS: number; readonly snapped: boolean } {
  let best: number | undefined
  for (const target of targets)
    if (Math.abs(target - seconds) < Math.abs((best ?? Number.POSITIVE_INFINITY) - seconds)) best = target
  if (best !== undefined && Math.abs(best - seconds) * pxPerS <= SNAP_PX) return { timeS: best, snapped: true }
  return { timeS: nearestEdge(clock, seconds), snapped: false }
}
