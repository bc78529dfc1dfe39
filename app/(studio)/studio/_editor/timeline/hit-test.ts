import type { CropPoint, ProjectClip, ProjectDocument } from '#lib/contracts/project.ts'
import { keyframeIndex } from '#lib/core/project/crop-keyframes.ts'
import type { FrameClock } from '#lib/core/project/frame-clock.ts'
import type { PlacedLane } from './lanes.ts'
import { type TimelineView, timeAt, xOf } from './timeline-view.ts'

export type Hit =
  | { readonly kind: 'edge'; readonly clip: ProjectClip; readonly edge: 'start' | 'end' }
  | { readonly kind: 'clip'; readonly clip: ProjectClip }
  | { readonly kind: 'keyframe'; readonly keyframe: CropPoint }
  | { readonly kind: 'time' }

/** How near an edge the pointer must be: a finger is wider than a mouse. */
const REACH_PX = { mouse: 6, pen: 8, touch: 16 } as const

/**
 * What is under the pointer. Selected clips come first, as they lie on top; of a clip narrower than two reaches the nearer edge counts, so
 * that both can be had.
 */
export function hitTest(
  { x, y, pointer }: { readonly x: number; readonly y: number; readonly pointer: string },
  lanes: readonly PlacedLane[],
  view: TimelineView,
  document: ProjectDocument,
  selected: readonly string[],
  clock: FrameClock,
): Hit {
  const lane = lanes.find(({ top, height }) => y >= top && y < top + height)
  const reach = pointer === 'touch' ? REACH_PX.touch : pointer === 'pen' ? REACH_PX.pen : REACH_PX.mouse
  if (lane?.id === 'keyframes') return hitKeyframe(x, reach, view, document.crop.keyframes, clock)
  if (lane?.id !== 'clips') return { kind: 'time' }
  const chosen = new Set(selected)
  // Later ones are drawn over earlier ones.
  const onTop = document.clips.toReversed().sort((a, b) => Number(chosen.has(b.id)) - Number(chosen.has(a.id)))
  let best: { hit: Hit; distance: number } | undefined
  for (const clip of onTop) {
    const [left, right] = [xOf(view, clip.start_time), xOf(view, clip.end_time)]
    if (x < left - reach || x > right + reach) continue
    const [toStart, toEnd] = [Math.abs(x - left), Math.abs(x - right)]
    const distance = Math.min(toStart, toEnd)
    if (distance <= reach && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { hit: { kind: 'edge', clip, edge: toStart <= toEnd ? 'start' : 'end' }, distance }
    if (best && chosen.has(clip.id)) break
    if (!best && x >= left && x <= right) return { kind: 'clip', clip }
  }
  return best?.hit ?? { kind: 'time' }
}

/** The nearest keyframe within reach: one of the two around the pointer. */
function hitKeyframe(
  x: number,
  reach: number,
  view: TimelineView,
  keyframes: readonly CropPoint[],
  clock: FrameClock,
): Hit {
  const before = keyframeIndex(keyframes, clock.frameAt(timeAt(view, x)))
  let best: { keyframe: CropPoint; distance: number } | undefined
  for (const keyframe of keyframes.slice(Math.max(0, before), before + 2)) {
    const distance = Math.abs(xOf(view, clock.timeOf(keyframe.frame)) - x)
    if (distance <= reach && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { keyframe, distance }
  }
  return best ? { kind: 'keyframe', keyframe: best.keyframe } : { kind: 'time' }
}
