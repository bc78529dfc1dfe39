import type { CropPath } from '#lib/contracts/geometry.ts'
import { renderedSize } from '#lib/core/media/rendered-size.ts'
import type { FrameSize } from './frame-size.ts'

/** What a render is asked to make; every part may be absent. */
export interface OutputWish {
  readonly crop?: CropPath | undefined
  readonly outputWidth?: number | undefined
  readonly outputHeight?: number | undefined
  /** Enlargement by a network, applied to sizes nobody asked for. */
  readonly upscale?: 2 | 4 | undefined
  /** Lines of the output at most. */
  readonly maxHeight?: number | undefined
}

/** The even size a render has: the same decision as the quote's and the check's of the finished file. */
export function outputSize(source: FrameSize, wish: OutputWish): FrameSize {
  const { crop, outputWidth, outputHeight, upscale, maxHeight } = wish
  const size = { output_width: outputWidth, output_height: outputHeight, max_height: maxHeight }
  return renderedSize({ ...size, crop_keyframes: crop, upscale: upscale !== undefined, upscale_scale: upscale }, source)
}
