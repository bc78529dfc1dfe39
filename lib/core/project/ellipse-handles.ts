import type { EllipsePoint, ProjectHighlight } from '#lib/contracts/project.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'
import { createHighlightSampler } from '#lib/core/render/highlight.ts'

/** An ellipse without a time, source pixels. */
export type EllipseForm = Omit<EllipsePoint, 'frame'>

/** The middle moves it; the others each change one radius. */
export const ELLIPSE_HANDLES = ['centre', 'right', 'left', 'top', 'bottom'] as const
export type EllipseHandle = (typeof ELLIPSE_HANDLES)[number]

interface Point {
  readonly x: number
  readonly y: number
}

/** Smaller ones could neither be seen nor held. */
export const SMALLEST_RADIUS = 4

/** Where a highlight by hand is at a frame; also outside its time, where it would be. Null for one that follows a player. */
export function ellipseAt({ follows }: ProjectHighlight, frame: number): EllipseForm | null {
  if (follows.kind !== 'keyframes') return null
  const region = { start_frame: frame, end_frame: frame + 1, opacity: 1, keyframes: follows.keyframes }
  const [ellipse] = createHighlightSampler([region], undefined).at(frame)
  return ellipse ? { x: ellipse.x, y: ellipse.y, radius_x: ellipse.radiusX, radius_y: ellipse.radiusY } : null
}

export function ellipseHandle({ x, y, radius_x, radius_y }: EllipseForm, handle: EllipseHandle): Point {
  const dx = handle === 'right' ? radius_x : handle === 'left' ? -radius_x : 0
  const dy = handle === 'bottom' ? radius_y : handle === 'top' ? -radius_y : 0
  return { x: x + dx, y: y + dy }
}

/** What a pointer takes hold of: the nearest handle within reach, else the middle anywhere inside. */
export function hitEllipse(ellipse: EllipseForm, at: Point, reach: number): EllipseHandle | null {
  let best: { readonly handle: EllipseHandle; readonly distance: number } | null = null
  for (const handle of ELLIPSE_HANDLES) {
    const { x, y } = ellipseHandle(ellipse, handle)
    const distance = Math.hypot(at.x - x, at.y - y)
    if (distance <= reach && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { handle, distance }
  }
  if (best) return best.handle
  const inside = ((at.x - ellipse.x) / ellipse.radius_x) ** 2 + ((at.y - ellipse.y) / ellipse.radius_y) ** 2 <= 1
  return inside ? 'centre' : null
}

/** By source pixels from where the drag began. The centre stays in the picture, radii between the smallest and the picture's own size. */
export function dragEllipse(from: EllipseForm, handle: EllipseHandle, by: Point, source: Size): EllipseForm {
  switch (handle) {
    case 'centre':
      return fitEllipse({ ...from, x: from.x + by.x, y: from.y + by.y }, source)
    case 'right':
    case 'left':
      return fitEllipse({ ...from, radius_x: from.radius_x + (handle === 'right' ? by.x : -by.x) }, source)
    case 'top':
    case 'bottom':
      return fitEllipse({ ...from, radius_y: from.radius_y + (handle === 'bottom' ? by.y : -by.y) }, source)
  }
}

/** Around what was dragged over, from corner to corner. Null when that was no more than a click. */
export function drawnEllipse(from: Point, to: Point, source: Size): EllipseForm | null {
  const [radius_x, radius_y] = [Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2]
  if (Math.max(radius_x, radius_y) < SMALLEST_RADIUS) return null
  return fitEllipse({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, radius_x, radius_y }, source)
}

/** To a tenth of a pixel, within what can be drawn and held. */
export function fitEllipse({ x, y, radius_x, radius_y }: EllipseForm, { width, height }: Size): EllipseForm {
  return {
    x: limited(x, 0, width),
    y: limited(y, 0, height),
    radius_x: limited(radius_x, SMALLEST_RADIUS, Math.max(SMALLEST_RADIUS, width)),
    radius_y: limited(radius_y, SMALLEST_RADIUS, Math.max(SMALLEST_RADIUS, height)),
  }
}

function limited(value: number, low: number, high: number): number {
  return Math.round(10 * Math.min(high, Math.max(low, value))) / 10
}
