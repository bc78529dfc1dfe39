import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Size } from '#lib/core/media/rendered-size.ts'
import { clampCrop } from '#lib/core/render/crop-path.ts'

/** Lines of the picture a crop has snapped to, source pixels; null: none in that direction. */
export interface CropGuides {
  readonly x: number | null
  readonly y: number | null
}

export interface SnappedCrop {
  readonly crop: Rectangle
  readonly guides: CropGuides
}

const PARTS = [1 / 3, 1 / 2, 2 / 3]

/** Moves a crop whose centre is within `reach` (source pixels) of the picture's centre or thirds exactly there. */
export function snapCrop(crop: Rectangle, source: Size, reach: number): SnappedCrop {
  const x = nearestLine(crop.x + crop.width / 2, source.width, reach)
  const y = nearestLine(crop.y + crop.height / 2, source.height, reach)
  const moved = clampCrop(
    {
      ...crop,
      x: x === null ? crop.x : x - crop.width / 2,
      y: y === null ? crop.y : y - crop.height / 2,
    },
    source,
  )
  // A line is told only where the crop could go there, and could have gone elsewhere.
  const reached = (line: number | null, centre: number, room: number) =>
    line !== null && room > 1e-6 && Math.abs(centre - line) < 1e-6 ? line : null
  return {
    crop: moved,
    guides: {
      x: reached(x, moved.x + moved.width / 2, source.width - moved.width),
      y: reached(y, moved.y + moved.height / 2, source.height - moved.height),
    },
  }
}

function nearestLine(centre: number, length: number, reach: number): number | null {
  const lines = PARTS.map((part) => part * length)
  const nearest = lines.reduce((best, line) => (Math.abs(line - centre) < Math.abs(best - centre) ? line : best))
  return Math.abs(nearest - centre) <= reach ? nearest : null
}
