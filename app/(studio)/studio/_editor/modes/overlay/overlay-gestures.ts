'use client'

import { type PointerEvent, type RefObject, useRef } from 'react'
import { type Studio, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import {
  dragEllipse,
  drawnEllipse,
  type EllipseForm,
  type EllipseHandle,
  ellipseAt,
  hitEllipse,
} from '#lib/core/project/ellipse-handles.ts'
import { hitPlayer, type PlayerBox } from '#lib/core/project/players.ts'
import { addEllipse, highlightPlayer, putEllipse } from './overlay-actions.ts'

/** An ellipse as SVG draws it. */
export interface Drawn {
  readonly cx: number
  readonly cy: number
  readonly rx: number
  readonly ry: number
}

interface Point {
  readonly x: number
  readonly y: number
}

type Drag =
  | { readonly kind: 'press' }
  | { readonly kind: 'draw'; readonly from: Point }
  | {
      readonly kind: 'ellipse'
      readonly id: string
      readonly handle: EllipseHandle
      readonly form: EllipseForm
      readonly from: Point
      readonly gesture: string
    }

/** How near counts, screen pixels: a finger is wider than a mouse. */
const REACH_PX = { mouse: 8, touch: 22 } as const

/**
 * Mouse, pen and touch over the picture: taking the ellipse in hand goes before picking a player, and that before playing. Drawing is a drag.
 */
export function useOverlayGestures({
  host,
  boxes,
  onHover,
  onDrawn,
}: {
  host: RefObject<HTMLDivElement | null>
  boxes: readonly PlayerBox[]
  onHover: (player: number | null) => void
  onDrawn: (drawn: Drawn | null) => void
}) {
  const studio = useStudio()
  const { session, playback, source } = studio
  const drag = useRef<Drag | null>(null)

  /** In source pixels, with how far a reach is there. */
  const place = (event: PointerEvent) => {
    const { left, top, width, height } = host.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1)
    const scale = source.width / Math.max(1, width)
    const at = { x: (event.clientX - left) * scale, y: ((event.clientY - top) * source.height) / Math.max(1, height) }
    return { at, reach: scale * (event.pointerType === 'touch' ? REACH_PX.touch : REACH_PX.mouse) }
  }
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || drag.current) return
    // The focus stays where it is, so that the keys go on working.
    event.preventDefault()
    const { at, reach } = place(event)
    if (session.store.get().overlay.tool === 'draw') drag.current = { kind: 'draw', from: at }
    else drag.current = takeEllipse(studio, at, reach) ?? { kind: 'press' }
    if (drag.current.kind === 'press') return
    playback.pause()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    const { at, reach } = place(event)
    const held = drag.current
    if (!held || held.kind === 'press') {
      if (event.pointerType !== 'touch') onHover(hitPlayer(boxes, at.x, at.y, reach)?.player.id ?? null)
      return
    }
    if (held.kind === 'draw') {
      const form = drawnEllipse(held.from, at, source)
      onDrawn(form && { cx: form.x, cy: form.y, rx: form.radius_x, ry: form.radius_y })
      return
    }
    const by = { x: at.x - held.from.x, y: at.y - held.from.y }
    putEllipse(studio, held.id, dragEllipse(held.form, held.handle, by, source), held.gesture)
  }
  const onPointerUp = (event: PointerEvent) => {
    const held = drag.current
    drag.current = null
    onDrawn(null)
    if (event.button !== 0 || !held) return
    const { at, reach } = place(event)
    if (held.kind === 'draw') {
      const form = drawnEllipse(held.from, at, source)
      if (form) addEllipse(studio, form)
      return
    }
    if (held.kind === 'ellipse') return
    const hit = hitPlayer(boxes, at.x, at.y, reach)
    if (hit) {
      playback.pause()
      highlightPlayer(studio, hit.player)
    } else playback.toggle()
  }
  const onPointerCancel = () => {
    drag.current = null
    onDrawn(null)
  }
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave: () => onHover(null) }
}

function takeEllipse({ session, playback }: Studio, at: Point, reach: number): Drag | null {
  const { highlight: id } = session.store.get().overlay
  const highlight = session.document.highlights.regions.find((region) => region.id === id)
  const form = highlight ? ellipseAt(highlight, playback.store.get().frame) : null
  const handle = form && hitEllipse(form, at, reach)
  return highlight && form && handle
    ? { kind: 'ellipse', id: highlight.id, handle, form, from: at, gesture: `ellipse-${crypto.randomUUID()}` }
    : null
}
