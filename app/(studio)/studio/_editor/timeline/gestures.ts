import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { dragKeyframe, type KeyframeDrag, takeKeyframe } from './drag-keyframe.ts'
import type { Hit } from './hit-test.ts'
import { snapTargets } from './snap-targets.ts'
import { snapTime } from './snap-time.ts'
import type { TimelineEngine } from './timeline-engine.ts'
import { timeAt } from './timeline-view.ts'

type Drag =
  | { readonly kind: 'scrub' }
  | { readonly kind: 'edge'; readonly id: string; readonly edge: 'start' | 'end'; readonly gesture: string }
  | KeyframeDrag

/** A wheel notch is about 100 pixels. */
const ZOOM_PER_PX = 1.0016

/**
 * Mouse, pen and touch on the timeline: a press scrubs or takes a clip's edge, two fingers zoom, the wheel scrolls, and with Ctrl, Alt or
 * ⌘ (also what pinching a trackpad sends) zooms around the pointer. Returns how to stop.
 */
export function listenForGestures(studio: Studio, engine: TimelineEngine, element: HTMLElement): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const pointers = new Map<number, number>()
  let drag: Drag | null = null
  let gestures = 0
  const placeOf = (event: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  const press = (event: PointerEvent) => {
    if (event.button !== 0) return
    const { x, y } = placeOf(event)
    element.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, x)
    if (pointers.size > 1) {
      drag = null
      return
    }
    gestures += 1
    drag = begin(studio, engine, engine.hit(x, y, event.pointerType), `edge-${performance.now()}-${gestures}`, event)
    if (drag?.kind === 'scrub') studio.playback.seekTime(timeAt(engine.view, x))
  }
  const move = (event: PointerEvent) => {
    const { x, y } = placeOf(event)
    if (pointers.size === 2 && pointers.has(event.pointerId)) pinch(engine, pointers, event.pointerId, x)
    else if (drag?.kind === 'scrub') studio.playback.seekTime(timeAt(engine.view, x))
    else if (drag?.kind === 'edge') dragEdge(studio, engine, drag, timeAt(engine.view, x), event.shiftKey)
    else if (drag?.kind === 'keyframe') dragKeyframe(studio, engine, drag, timeAt(engine.view, x))
    else element.style.cursor = cursorFor(engine.hit(x, y, event.pointerType))
  }
  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId)
    drag = null
    engine.snapS = null
    engine.redraw()
  }
  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    if (event.ctrlKey || event.metaKey || event.altKey)
      engine.zoom(ZOOM_PER_PX ** -pixels(event, event.deltaY), placeOf(event).x)
    else engine.scroll(pixels(event, Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY))
  }
  const open = (event: MouseEvent) => {
    const { x, y } = placeOf(event)
    const hit = engine.hit(x, y, 'mouse')
    if (hit.kind === 'clip') studio.playback.seekTime(hit.clip.start_time)
  }

  element.addEventListener('pointerdown', press, { signal })
  element.addEventListener('pointermove', move, { signal })
  element.addEventListener('pointerup', release, { signal })
  element.addEventListener('pointercancel', release, { signal })
  element.addEventListener('dblclick', open, { signal })
  element.addEventListener('wheel', wheel, { signal, passive: false })
  return () => stop.abort()
}

function begin(studio: Studio, engine: TimelineEngine, hit: Hit, gesture: string, event: PointerEvent): Drag | null {
  const { session } = studio
  if (hit.kind === 'time') {
    if (engine.lanes.some(({ id, top, height }) => id === 'clips' && isIn(event.offsetY, top, height)))
      session.select([])
    return { kind: 'scrub' }
  }
  const { selected } = session.store.get()
  const more = event.shiftKey || event.ctrlKey || event.metaKey
  if (hit.kind === 'keyframe') return takeKeyframe(studio, hit.keyframe, more, gesture)
  if (!selected.includes(hit.clip.id)) session.select(more ? [...selected, hit.clip.id] : [hit.clip.id])
  else if (more) session.select(selected.filter((id) => id !== hit.clip.id))
  return hit.kind === 'edge' ? { kind: 'edge', id: hit.clip.id, edge: hit.edge, gesture } : null
}

function isIn(y: number, top: number, height: number): boolean {
  return y >= top && y < top + height
}

/** The picture shows the frame at the edge, so one sees what one cuts. With Shift nothing snaps. */
function dragEdge(
  { session, playback }: Studio,
  engine: TimelineEngine,
  { id, edge, gesture }: Extract<Drag, { kind: 'edge' }>,
  wantedS: number,
  free: boolean,
): void {
  const { clock } = playback.store.get()
  const clip = session.document.clips.find((candidate) => candidate.id === id)
  if (!clip) return
  const targets = free ? [] : snapTargets(session.document, clock, Number.NaN, id)
  const { timeS, snapped } = snapTime(clock, wantedS, targets, engine.view.pxPerS)
  // At least one frame stays.
  const limited =
    edge === 'start'
      ? Math.min(timeS, clock.timeOf(clock.frameAt(clip.end_time - 2e-5)))
      : Math.max(timeS, clock.timeOf(clock.frameAt(clip.start_time) + 1))
  engine.snapS = snapped ? limited : null
  session.edit(
    { type: 'change_clip', id, changes: edge === 'start' ? { start_time: limited } : { end_time: limited } },
    gesture,
  )
  playback.seekFrame(clock.frameAt(edge === 'start' ? limited : limited - 2e-5))
}

function pinch(engine: TimelineEngine, pointers: Map<number, number>, id: number, x: number): void {
  const other = [...pointers].find(([pointer]) => pointer !== id)?.[1] ?? x
  const before = Math.abs((pointers.get(id) ?? x) - other)
  const moved = x - (pointers.get(id) ?? x)
  pointers.set(id, x)
  if (before > 8) engine.zoom(Math.abs(x - other) / before, (x + other) / 2)
  engine.scroll(-moved / 2)
}

function cursorFor(hit: Hit): string {
  return hit.kind === 'edge' ? 'ew-resize' : hit.kind === 'time' ? 'default' : 'pointer'
}

/** Firefox counts lines. */
function pixels(event: WheelEvent, delta: number): number {
  return event.deltaMode === WheelEvent.DOM_DELTA_LINE ? delta * 33 : delta
}
