import type { CropPath, Rectangle } from '#lib/contracts/geometry.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'

/** What 1080p holds: the sizes people share at. */
const HD_LONG = 1920
const HD_SHORT = 1080

export interface Size {
  readonly width: number
  readonly height: number
}

type Source = Pick<MediaFacts, 'width' | 'height'>

/** 4:2:0 video has even sides. */
function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2))
}

/** The size with at most `maxHeight` lines; the width keeps the shape. */
export function limitHeight(size: Size, maxHeight = Number.POSITIVE_INFINITY): Size {
  if (size.height <= maxHeight) return size
  return { width: even((size.width * maxHeight) / size.height), height: maxHeight }
}

export interface RenderedSizeParams {
  readonly crop?: Rectangle | undefined
  readonly crop_keyframes?: CropPath | undefined
  readonly output_width?: number | undefined
  readonly output_height?: number | undefined
  readonly upscale?: boolean | undefined
  readonly upscale_scale?: 2 | 4 | undefined
  readonly max_height?: number | undefined
}

/**
 * The size a render has: what is asked for; one side alone gives the other by the picture's shape; neither means the picture's own
 * size: the largest crop's, so that nothing shown is ever made smaller, or the source's. Upscaling multiplies only sizes nobody asked
 * for. `max_height` has the last word.
 */
export function renderedSize(params: RenderedSizeParams, source: Source): Size {
  const shown = shownSize(params, source)
  const { output_width: width, output_height: height } = params
  if (width !== undefined || height !== undefined) {
    const asked = {
      width: width ?? even((shown.width * (height ?? shown.height)) / shown.height),
      height: height ?? even((shown.height * (width ?? shown.width)) / shown.width),
    }
    return limitHeight(asked, params.max_height)
  }
  const scale = params.upscale ? (params.upscale_scale ?? 2) : 1
  return limitHeight({ width: even(shown.width * scale), height: even(shown.height * scale) }, params.max_height)
}

function shownSize(params: RenderedSizeParams, source: Source): Size {
  const shapes: readonly Size[] = params.crop_keyframes ?? (params.crop ? [params.crop] : [source])
  const largest = shapes.reduce((best, shape) => (shape.width * shape.height > best.width * best.height ? shape : best))
  return { width: Math.min(largest.width, source.width), height: Math.min(largest.height, source.height) }
}

/** Auto-crop's own size when none is asked for: the target's shape, as large as fits 1080p lying or standing. */
export function autoCropSize(params: {
  readonly target_aspect: string
  readonly output_width?: number | undefined
  readonly output_height?: number | undefined
}): Size {
  const [across = 9, down = 16] = params.target_aspect.split(':').map(Number)
  const aspect = across / down
  const { output_width: width, output_height: height } = params
  if (width !== undefined || height !== undefined) {
    return { width: width ?? even((height ?? 0) * aspect), height: height ?? even((width ?? 0) / aspect) }
  }
  const [boxWidth, boxHeight] = aspect > 1 ? [HD_LONG, HD_SHORT] : [HD_SHORT, HD_LONG]
  const scale = Math.min(boxWidth / aspect, boxHeight)
  return { width: even(scale * aspect), height: even(scale) }
}

/** The proxy browsers play: the source's shape within 1080p, never larger than the source. */
export function proxySize(source: Source): Size {
  const [long, short] = [Math.max(source.width, source.height), Math.min(source.width, source.height)]
  const scale = Math.min(1, HD_LONG / long, HD_SHORT / short)
  return { width: even(source.width * scale), height: even(source.height * scale) }
}
