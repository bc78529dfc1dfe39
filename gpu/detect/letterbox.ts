/** How frames of one size lie in a detector's input: scaled evenly, then padded to a multiple of the network's coarsest stride. */
export interface Letterbox {
  /** Displayed size of the frames, pixels. */
  readonly source: Size
  /** What the decoder scales them to: even, as 4:2:0 wants. */
  readonly content: Size
  /** What the network sees: `content` and the padding around it. */
  readonly input: Size
  /** Where the content's top left corner is in the input. */
  readonly left: number
  readonly top: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export type Placement = 'top-left' | 'centre'

const STRIDE = 32

const even = (value: number): number => Math.max(2, 2 * Math.round(value / 2))
const upToStride = (value: number): number => STRIDE * Math.ceil(value / STRIDE)

/**
 * A fully convolutional network takes any multiple of its stride, so the input has the video's own shape (at most 31 pixels of padding
 * a side) and about `pixels` pixels. Frames are enlarged by `maxEnlargement` at most.
 */
export function fitShape(source: Size, pixels: number, placement: Placement, maxEnlargement = 1): Letterbox {
  const scale = Math.min(maxEnlargement, Math.sqrt(pixels / (source.width * source.height)))
  const content = { width: even(source.width * scale), height: even(source.height * scale) }
  return place(source, content, { width: upToStride(content.width), height: upToStride(content.height) }, placement)
}

/** For a network whose input size is fixed. */
export function fitInto(source: Size, input: Size, placement: Placement): Letterbox {
  const scale = Math.min(input.width / source.width, input.height / source.height)
  const within = (value: number, limit: number) => Math.min(even(value), limit - (limit % 2))
  const content = {
    width: within(source.width * scale, input.width),
    height: within(source.height * scale, input.height),
  }
  return place(source, content, input, placement)
}

function place(source: Size, content: Size, input: Size, placement: Placement): Letterbox {
  const centred = placement === 'centre' ? 0.5 : 0
  return {
    source,
    content,
    input,
    left: Math.floor((input.width - content.width) * centred),
    top: Math.floor((input.height - content.height) * centred),
  }
}
