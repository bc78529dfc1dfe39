import { clamp } from './series.ts'

/** What the camera can do in a frame: all in source pixels. */
export interface CropShape {
  readonly frameWidth: number
  readonly frameHeight: number
  /** The largest crop of the aspect that fits. */
  readonly width: number
  readonly height: number
  /** Smallest size the camera may zoom in to, as a fraction of the largest. */
  readonly minSize: number
  /** Output pixels per source pixel at the largest crop. */
  readonly enlargement: number
}

/** A source pixel may become at most this many output pixels across by zooming in: beyond, the picture looks soft. */
const MAX_ENLARGEMENT = 1.8
/** Tighter than this, everything a viewer needs to understand the play is out of frame. */
const SMALLEST_ZOOM = 0.55

/** `aspect` is `width:height`. */
export function cropShape(
  frame: { readonly width: number; readonly height: number },
  aspect: string,
  output: { readonly width: number; readonly height: number },
): CropShape {
  const [across = 9, down = 16] = aspect.split(':').map(Number)
  const scale = Math.min(frame.width / across, frame.height / down)
  const [width, height] = [across * scale, down * scale]
  const enlargement = Math.max(output.width / width, output.height / height)
  return {
    frameWidth: frame.width,
    frameHeight: frame.height,
    width,
    height,
    minSize: clamp(enlargement / MAX_ENLARGEMENT, SMALLEST_ZOOM, 1),
    enlargement,
  }
}
