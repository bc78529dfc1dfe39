import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { planarFrame } from '#lib/core/render/planar-frame.ts'

/** How R'G'B' and Y'CbCr belong together. */
export interface YuvColour {
  readonly matrix: 'bt709' | 'bt601' | 'bt2020'
  readonly range: 'limited' | 'full'
}

/** Red and blue weights of luma: ITU-R BT.709, BT.601 and BT.2020 (non-constant luminance). */
const WEIGHTS = { bt709: [0.2126, 0.0722], bt601: [0.299, 0.114], bt2020: [0.2627, 0.0593] } as const

/**
 * 8-bit R'G'B'A to planar 4:2:0, chroma the mean of 2 × 2 pixels. For frames whose own samples the browser does not hand out (other
 * formats, pixels that are not square): off by a level or so, which nobody sees.
 * @param rgba four bytes a pixel, row by row
 */
export function rgbToPlanes(rgba: Uint8ClampedArray, size: FrameSize, colour: YuvColour, to: Uint8Array): void {
  const { width, height } = size
  const [red, blue] = WEIGHTS[colour.matrix]
  const green = 1 - red - blue
  const [base, lumaScale, chromaScale] = colour.range === 'full' ? [0, 1, 1] : [16, 219 / 255, 224 / 255]
  for (let pixel = 0, at = 0; pixel < width * height; pixel++, at += 4) {
    const luma = red * (rgba[at] as number) + green * (rgba[at + 1] as number) + blue * (rgba[at + 2] as number)
    to[pixel] = base + lumaScale * luma + 0.5
  }
  const [, cb, cr] = planarFrame(size)
  for (let y = 0; y < cb.height; y++) {
    for (let x = 0; x < cb.width; x++) {
      const [r, g, b] = meanColour(rgba, size, 2 * x, 2 * y)
      const luma = red * r + green * g + blue * b
      // Full range would reach 256 for pure blue and red.
      to[cb.offset + y * cb.width + x] = Math.min(255, 128.5 + (chromaScale * (b - luma)) / (2 - 2 * blue))
      to[cr.offset + y * cr.width + x] = Math.min(255, 128.5 + (chromaScale * (r - luma)) / (2 - 2 * red))
    }
  }
}

/** Of up to 2 × 2 pixels: the last column and row of odd sizes stand alone. */
function meanColour(
  rgba: Uint8ClampedArray,
  { width, height }: FrameSize,
  left: number,
  top: number,
): [number, number, number] {
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const corners = [
    4 * (top * width + left),
    4 * (top * width + right),
    4 * (bottom * width + left),
    4 * (bottom * width + right),
  ]
  const mean = (channel: number) => corners.reduce((sum, at) => sum + (rgba[at + channel] as number), 0) / 4
  return [mean(0), mean(1), mean(2)]
}
