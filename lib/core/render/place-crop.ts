import type { Rectangle } from '#lib/contracts/geometry.ts'
import { clampCrop } from './crop-path.ts'
import type { FrameSize } from './frame-size.ts'

/** Where a crop goes in the output, and which source pixels it shows there. */
export interface Placement {
  /** In output pixels, even; the whole output unless the shapes differ. */
  readonly box: Rectangle
  /** Source pixels that exactly fill the box. */
  readonly view: Rectangle
  /** Whether the box leaves room, to be filled. */
  readonly contained: boolean
}

/** Shapes closer than this are stretched to fit: rounded keyframes and even sizes must not show bars. */
const SHAPE_TOLERANCE = 0.01

/**
 * Fills the output with a crop of its shape (up to 1 % off); any other crop is shown whole, centred. The box is then rounded to even
 * pixels and the view trimmed or widened by the same pixel at most on each side, so that the scale stays exact.
 */
export function placeCrop(wanted: Rectangle, source: FrameSize, output: FrameSize): Placement {
  const crop = clampCrop(wanted, source)
  const [across, down] = [output.width / crop.width, output.height / crop.height]
  const scale = Math.min(across, down)
  if (Math.max(across, down) <= scale * (1 + SHAPE_TOLERANCE))
    return { box: { x: 0, y: 0, ...size(output) }, view: crop, contained: false }
  const x = contain(crop.width * scale, output.width)
  const y = contain(crop.height * scale, output.height)
  const view = {
    x: crop.x + (crop.width - x.length / scale) / 2,
    y: crop.y + (crop.height - y.length / scale) / 2,
    width: x.length / scale,
    height: y.length / scale,
  }
  return { box: { x: x.start, y: y.start, width: x.length, height: y.length }, view, contained: true }
}

/** An even span in the middle of a side; the side itself where the picture reaches both its ends. */
function contain(length: number, side: number): { start: number; length: number } {
  if (length > side - 1e-6) return { start: 0, length: side }
  const start = Math.min(2 * Math.round((side - length) / 4), 2 * Math.floor((side - 1) / 4))
  return { start, length: side - 2 * start }
}

function size({ width, height }: FrameSize): FrameSize {
  return { width, height }
}
