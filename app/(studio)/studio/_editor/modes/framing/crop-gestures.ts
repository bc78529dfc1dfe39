import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import {
  type CropHandle,
  handlePoint,
  hitCrop,
  moveCrop,
  type Point,
  resizeCrop,
} from '#lib/core/project/crop-handles.ts'
import { aspectRatio } from '#lib/core/project/crop-shapes.ts'
import { snapCrop } from '#lib/core/project/snap-crop.ts'
import { cropHere, putCrop } from './framing-actions.ts'
import { framingOf, NO_GUIDES } from './framing-state.ts'

interface Drag {
  readonly part: CropHandle | 'inside'
  readonly crop: Rectangle
  readonly from: Point
  readonly gesture: string
  begun: boolean
}

/** How near a corner the pointer must be: a finger is wider than a mouse. */
const REACH_PX = { mouse: 12, pen: 14, touch: 26 } as const
const SNAP_PX = 7
/** A press that moves less is none. */
const BEGIN_PX = 3
const CURSORS = { nw: 'nwse-resize', se: 'nwse-resize', ne: 'nesw-resize', sw: 'nesw-resize', inside: 'move' } as const

/**
 * Mouse, pen and touch on the picture: the crop is moved and its corners are dragged; with Shift nothing snaps. A press beside the crop plays
 * or pauses, as on any video. `focus` is told which part was taken. Returns how to stop.
 */
export function listenForCropGestures(
  studio: Studio,
  element: HTMLElement,
  focus: (part: Drag['part']) => void,
): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const { playback, session, source } = studio
  const guides = framingOf(session)
  let drag: Drag | null = null
  let pressedBeside = false
  let gestures = 0

  const placeOf = (event: PointerEvent) => {
    const { left, top, width } = element.getBoundingClientRect()
    const scale = source.width / Math.max(1, width)
    return { point: { x: (event.clientX - left) * scale, y: (event.clientY - top) * scale }, scale }
  }
  const partAt = (event: PointerEvent) => {
    const crop = cropHere(studio)
    const { point, scale } = placeOf(event)
    const reach = event.pointerType === 'touch' ? REACH_PX.touch : REACH_PX.mouse
    return { crop, point, part: crop && hitCrop(crop, point, reach * scale) }
  }

  const press = (event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary) return
    const { crop, point, part } = partAt(event)
    pressedBeside = !part
    if (!part || !crop) return
    event.preventDefault()
    element.setPointerCapture(event.pointerId)
    if (playback.store.get().playing) {
      playback.pause()
      // What is dragged belongs to the frame it was taken on.
      playback.seekFrame(playback.store.get().frame)
    }
    gestures += 1
    drag = { part, crop, from: point, gesture: `crop-${performance.now()}-${gestures}`, begun: false }
    focus(part)
  }
  const move = (event: PointerEvent) => {
    if (!drag) {
      const { part } = partAt(event)
      element.style.cursor = part ? CURSORS[part] : 'default'
      return
    }
    const { point, scale } = placeOf(event)
    if (!drag.begun && Math.hypot(point.x - drag.from.x, point.y - drag.from.y) < BEGIN_PX * scale) return
    drag.begun = true
    const snapped = dragged(studio, drag, point, event.shiftKey ? 0 : SNAP_PX * scale)
    guides.set({ guides: snapped.guides })
    putCrop(studio, snapped.crop, drag.gesture)
  }
  const release = () => {
    drag = null
    guides.set({ guides: NO_GUIDES })
  }
  const click = (event: MouseEvent) => {
    // Enter on a part of the crop is a click on that part.
    if (pressedBeside && event.target === element) playback.toggle()
  }

  element.addEventListener('pointerdown', press, { signal })
  element.addEventListener('pointermove', move, { signal })
  element.addEventListener('pointerup', release, { signal })
  element.addEventListener('pointercancel', release, { signal })
  element.addEventListener('click', click, { signal })
  return () => stop.abort()
}

function dragged({ session, source }: Studio, { part, crop, from }: Drag, point: Point, reach: number) {
  const [dx, dy] = [point.x - from.x, point.y - from.y]
  if (part === 'inside') return snapCrop(moveCrop(crop, dx, dy, source), source, reach)
  const corner = handlePoint(crop, part)
  const ratio = aspectRatio(session.document.crop.aspect) ?? crop.width / crop.height
  const to = { x: corner.x + dx, y: corner.y + dy }
  return { crop: resizeCrop(crop, part, to, { ratio, source }), guides: NO_GUIDES }
}
