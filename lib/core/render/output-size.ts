import type { CropPath } from '#lib/contracts/geometry.ts'
import type { FrameSize } from './frame-size.ts'

/** What a render is asked to make; every part may be absent. */
export interface OutputWish {
  readonly crop?: CropPath | undefined
  readonly outputWidth?: number | undefined
  readonly outputHeight?: number | undefined
  /** Enlargement by a network, applied to the natural size. */
  readonly upscale?: number | undefined
  /** Lines of the output at most, unless a size is named. */
  readonly maxHeight?: number | undefined
}

/** Pixels of a vertical 1080×1920 picture: what a size derived from a shape alone has at most. */
const VERTICAL_PIXELS = 1080 * 1920

/**
 * The size a render has, always even. A named side is kept; one named side gives the other by shape. With none, the picture keeps the
 * resolution of the largest crop of the path, or of the source, times `upscale`, limited to `maxHeight` lines.
 */
export function outputSize(source: FrameSize, wish: OutputWish): FrameSize {
  const shape = largestCrop(wish.crop) ?? source
  const { outputWidth, outputHeight } = wish
  const size = namedSize(shape, outputWidth, outputHeight) ?? scaled(shape, source, wish.upscale ?? 1)
  return limitHeight(size, wish.maxHeight)
}

/** At most `maxHeight` lines; keeps the shape, to the nearest even width. */
export function limitHeight(size: FrameSize, maxHeight: number = Number.POSITIVE_INFINITY): FrameSize {
  if (size.height <= maxHeight) return size
  return { width: even((size.width * maxHeight) / size.height), height: even(maxHeight) }
}

/** The largest even size of a shape (`9:16`) that has no more pixels than 1080×1920. */
export function aspectSize(aspect: string): FrameSize {
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  const width = evenDown(Math.sqrt((VERTICAL_PIXELS * across) / down))
  return { width, height: evenDown(Math.min((width * down) / across, VERTICAL_PIXELS / width)) }
}

function namedSize(shape: FrameSize, width: number | undefined, height: number | undefined): FrameSize | undefined {
  if (width !== undefined) return { width, height: height ?? even((width * shape.height) / shape.width) }
  return height === undefined ? undefined : { width: even((height * shape.width) / shape.height), height }
}

/** A crop is never larger than the picture it is taken from. */
function scaled(shape: FrameSize, source: FrameSize, scale: number): FrameSize {
  const shrink = Math.min(1, source.width / shape.width, source.height / shape.height)
  return { width: even(shape.width * shrink * scale), height: even(shape.height * shrink * scale) }
}

/** The crop with the most pixels: a path that zooms loses nothing where it shows most. */
function largestCrop(path: CropPath | undefined): FrameSize | undefined {
  if (!path) return undefined
  return path.reduce((largest, crop) => (area(crop) > area(largest) ? crop : largest))
}

function area({ width, height }: FrameSize): number {
  return width * height
}

function even(side: number): number {
  return Math.max(2, 2 * Math.round(side / 2))
}

/** Forgives the noise of a square root: 1079.9999 is 1080. */
function evenDown(side: number): number {
  return Math.max(2, 2 * Math.floor(side / 2 + 1e-6))
}
