'use client'

import type { KeyboardEvent } from 'react'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectHighlight } from '#lib/contracts/project.ts'
import {
  dragEllipse,
  ELLIPSE_HANDLES,
  type EllipseForm,
  ellipseAt,
  ellipseHandle,
} from '#lib/core/project/ellipse-handles.ts'
import { putEllipse } from './overlay-actions.ts'

/** The selected highlight where it is by hand; null elsewhere. */
function useEllipse(): { readonly highlight: ProjectHighlight; readonly form: EllipseForm } | null {
  const selected = useSession((state) => state.overlay.highlight)
  const highlight = useDocument(({ highlights }) => highlights.regions.find(({ id }) => id === selected))
  const frame = usePlayback((state) => state.frame)
  const form = highlight ? ellipseAt(highlight, frame) : null
  return highlight && form ? { highlight, form } : null
}

/** Its outline, dashed where it is not shown at this frame, and what it is dragged by. In source pixels. */
export function EllipseShape() {
  const ellipse = useEllipse()
  const frame = usePlayback((state) => state.frame)
  const { source } = useStudio()
  if (!ellipse) return null
  const { form, highlight } = ellipse
  const there = frame >= highlight.start_frame && frame < highlight.end_frame
  const size = source.width / 110
  return (
    <g>
      {['black', 'white'].map((stroke) => (
        <ellipse
          key={stroke}
          cx={form.x}
          cy={form.y}
          rx={form.radius_x}
          ry={form.radius_y}
          fill="none"
          stroke={stroke}
          strokeWidth={stroke === 'black' ? 4 : 2}
          strokeDasharray={there ? undefined : '6 6'}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {ELLIPSE_HANDLES.map((handle) => {
        const { x, y } = ellipseHandle(form, handle)
        return (
          <circle
            key={handle}
            cx={x}
            cy={y}
            r={size}
            fill="white"
            stroke="black"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        )
      })}
    </g>
  )
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** For the keyboard: arrows move the ellipse by a pixel, with Shift by ten; with Alt they change its size. */
export function HandButton() {
  const studio = useStudio()
  const ellipse = useEllipse()
  if (!ellipse) return null
  const { form, highlight } = ellipse
  const { source } = studio
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key]
    if (!move) return
    event.preventDefault()
    const step = event.shiftKey ? 10 : 1
    const by = { x: move[0] * step, y: move[1] * step }
    const next = event.altKey
      ? dragEllipse(dragEllipse(form, 'right', by, source), 'top', by, source)
      : dragEllipse(form, 'centre', by, source)
    putEllipse(studio, highlight.id, next)
  }
  return (
    <button
      type="button"
      aria-label="Move the highlight with the arrow keys, with Alt change its size"
      onKeyDown={onKeyDown}
      className="pointer-events-none absolute size-6 -translate-x-1/2 -translate-y-1/2 rounded-full"
      style={{ left: `${(100 * form.x) / source.width}%`, top: `${(100 * form.y) / source.height}%` }}
    />
  )
}
