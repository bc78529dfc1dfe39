import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'
import { clampCrop } from '#lib/core/render/crop-path.ts'
import { largestCrop } from './crop-shapes.ts'

/** The corners a crop is resized by; its shape is fixed, so its sides need no handles. */
export const CROP_HANDLES = ['nw', 'ne', 'se', 'sw'] as const
export type CropHandle = (typeof CROP_HANDLES)[number]

export interface Point {
  readonly x: number
  readonly y: number
}

/** Closer than this the picture falls apart into its pixels. */
export const MAX_ZOOM = 8

const isLeft = (handle: CropHandle) => handle === 'nw' || handle === 'sw'
const isTop = (handle: CropHandle) => handle === 'nw' || handle === 'ne'

/** Where a handle is, source pixels. */
export function handlePoint({ x, y, width, height }: Rectangle, handle: CropHandle): Point {
  return { x: isLeft(handle) ? x : x + width, y: isTop(handle) ? y : y + height }
}

/** By source pixels, as far as the picture goes. */
export function moveCrop(crop: Rectangle, dx: number, dy: number, source: Size): Rectangle {
  return clampCrop({ ...crop, x: crop.x + dx, y: crop.y + dy }, source)
}

/**
 * Drags a corner to a point: the opposite corner stays, the shape becomes `ratio` (width over height), and the crop stays inside the picture
 * and above the smallest size.
 */
export function resizeCrop(
  crop: Rectangle,
  handle: CropHandle,
  to: Point,
  { ratio, source }: { readonly ratio: number; readonly source: Size },
): Rectangle {
  const opposite = { nw: 'se', ne: 'sw', se: 'nw', sw: 'ne' } as const
  const anchor = handlePoint(crop, opposite[handle])
  const roomX = isLeft(handle) ? anchor.x : source.width - anchor.x
  const roomY = isTop(handle) ? anchor.y : source.height - anchor.y
  const smallest = largestCrop(ratio, source).width / MAX_ZOOM
  const largest = Math.min(roomX, roomY * ratio)
  const across = isLeft(handle) ? anchor.x - to.x : to.x - anchor.x
  const down = isTop(handle) ? anchor.y - to.y : to.y - anchor.y
  const width = Math.min(largest, Math.max(smallest, across, down * ratio))
  // Nothing fits between a corner at the picture's edge and that edge.
  if (largest <= 0) return crop
  const height = width / ratio
  return {
    x: isLeft(handle) ? anchor.x - width : anchor.x,
    y: isTop(handle) ? anchor.y - height : anchor.y,
    width,
    height,
  }
}

/** 1: the largest crop of the shape; 2: half as wide. Below 1: wider than the shape allows, so shown on a backdrop. */
export function cropZoom(crop: Rectangle, ratio: number, source: Size): number {
  return largestCrop(ratio, source).height / Math.max(1e-6, Math.min(crop.height, crop.width / ratio))
}

/** The same centre at another zoom, inside the picture. */
export function zoomCrop(
  crop: Rectangle,
  zoom: number,
  { ratio, source }: { readonly ratio: number; readonly source: Size },
): Rectangle {
  const largest = largestCrop(ratio, source)
  const limited = Math.min(MAX_ZOOM, Math.max(1, zoom))
  const [width, height] = [largest.width / limited, largest.height / limited]
  return clampCrop(
    { x: crop.x + (crop.width - width) / 2, y: crop.y + (crop.height - height) / 2, width, height },
    source,
  )
}

/** What a point is on: the nearest corner within reach, else the inside, else nothing. Source pixels. */
export function hitCrop(crop: Rectangle, point: Point, reach: number): CropHandle | 'inside' | null {
  const distances = CROP_HANDLES.map((handle) => {
    const corner = handlePoint(crop, handle)
    return { handle, distance: Math.hypot(point.x - corner.x, point.y - corner.y) }
  })
  const nearest = distances.reduce((best, next) => (next.distance < best.distance ? next : best))
  if (nearest.distance <= reach) return nearest.handle
  const inside =
    point.x >= crop.x && point.x <= crop.x + crop.width && point.y >= crop.y && point.y <= crop.y + crop.height
  return inside ? 'inside' : null
}
