import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { frameBytes, planarFrame } from '#lib/core/render/planar-frame.ts'

export type Rgb = readonly [red: number, green: number, blue: number]

/** Red and blue weights of luma: ITU-R BT.709 and BT.601. */
const WEIGHTS = { bt709: [0.2126, 0.0722], bt601: [0.299, 0.114] } as const

/** A small picture with transparency, painted layer by layer and turned into `yuva420p`. Colours are R′G′B′ 0–255, opacities 0–1. */
export class Painting {
  readonly size: FrameSize
  /** Four floats a pixel, premultiplied by opacity. */
  readonly #pixels: Float32Array

  constructor(size: FrameSize) {
    this.size = size
    this.#pixels = new Float32Array(4 * size.width * size.height)
  }

  /** Lays a colour over what is there; `opacityAt` is asked for every pixel from column `left` to before `right`. */
  lay(
    [red, green, blue]: Rgb,
    opacityAt: (x: number, y: number) => number,
    [left, right]: readonly [left: number, right: number] = [0, this.size.width],
  ): void {
    const { width, height } = this.size
    for (let y = 0; y < height; y += 1) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, Math.ceil(right)); x += 1) {
        const opacity = opacityAt(x, y)
        if (opacity > 0) this.#blend(4 * (y * width + x), [red * opacity, green * opacity, blue * opacity, opacity])
      }
    }
  }

  #blend(at: number, layer: readonly [number, number, number, number]): void {
    const through = 1 - layer[3]
    for (let channel = 0; channel < 4; channel += 1)
      this.#pixels[at + channel] = (layer[channel] ?? 0) + (this.#pixels[at + channel] ?? 0) * through
  }

  /** Planar luma, Cb, Cr and alpha in shared memory; not premultiplied. Sides must be even. */
  toYuva({ matrix, fullRange }: YuvColour): Uint8Array<SharedArrayBuffer> {
    const { width, height } = this.size
    const planes = planarFrame(this.size)
    const alphaAt = frameBytes(this.size)
    const out = new Uint8Array(new SharedArrayBuffer(alphaAt + width * height))
    const [kr, kb] = WEIGHTS[matrix]
    const [base, lumaScale, chromaScale] = fullRange ? [0, 1, 1] : [16, 219 / 255, 224 / 255]
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [red, green, blue, opacity] = this.#mean(x, y, 1)
        out[y * width + x] = base + lumaScale * (kr * red + (1 - kr - kb) * green + kb * blue) + 0.5
        out[alphaAt + y * width + x] = 255 * opacity + 0.5
      }
    }
    const [, cb, cr] = planes
    for (let y = 0; y < cb.height; y += 1) {
      for (let x = 0; x < cb.width; x += 1) {
        const [red, green, blue] = this.#mean(2 * x, 2 * y, 2)
        const luma = kr * red + (1 - kr - kb) * green + kb * blue
        out[cb.offset + y * cb.width + x] = 128.5 + (chromaScale * (blue - luma)) / (2 - 2 * kb)
        out[cr.offset + y * cr.width + x] = 128.5 + (chromaScale * (red - luma)) / (2 - 2 * kr)
      }
    }
    return out
  }

  /** Mean colour of a square of pixels, weighted by opacity, and mean opacity. */
  #mean(left: number, top: number, side: number): readonly [number, number, number, number] {
    const sum = [0, 0, 0, 0]
    for (let y = top; y < top + side; y += 1)
      for (let x = left; x < left + side; x += 1)
        for (let channel = 0; channel < 4; channel += 1)
          sum[channel] = (sum[channel] ?? 0) + (this.#pixels[4 * (y * this.size.width + x) + channel] ?? 0)
    const [red = 0, green = 0, blue = 0, opacity = 0] = sum
    if (opacity === 0) return [0, 0, 0, 0]
    return [red / opacity, green / opacity, blue / opacity, opacity / side ** 2]
  }
}

/** Opacity of a rectangle with round corners, edges smoothed over one pixel (signed distance to the outline). */
export function roundedRectangle({ width, height }: FrameSize, radius: number): (x: number, y: number) => number {
  return (x, y) => {
    const dx = Math.abs(x + 0.5 - width / 2) - (width / 2 - radius)
    const dy = Math.abs(y + 0.5 - height / 2) - (height / 2 - radius)
    const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
    return Math.min(1, Math.max(0, 0.5 - outside))
  }
}

const STAR_POINTS = 5
/** Of a pentagram: inner radius for the outer radius 1, a little fuller, which reads better when small. */
const STAR_INNER = 0.45
/** Samples across a pixel. */
const SAMPLES = 4

/** Opacity of a five-pointed star with its tip up. */
export function star(centreX: number, centreY: number, radius: number): (x: number, y: number) => number {
  return (x, y) => {
    if (Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY) > radius + 1) return 0
    let inside = 0
    for (let i = 0; i < SAMPLES ** 2; i += 1) {
      const dx = x + ((i % SAMPLES) + 0.5) / SAMPLES - centreX
      const dy = y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES - centreY
      if (isInStar(dx / radius, dy / radius)) inside += 1
    }
    return inside / SAMPLES ** 2
  }
}

/** Folds the plane into one half of one point, where the outline is a straight line. */
function isInStar(x: number, y: number): boolean {
  const sector = (2 * Math.PI) / STAR_POINTS
  const turned = Math.atan2(x, -y)
  const angle = Math.abs(turned - sector * Math.round(turned / sector))
  const distance = Math.hypot(x, y)
  const [px, py] = [distance * Math.cos(angle), distance * Math.sin(angle)]
  const [innerX, innerY] = [STAR_INNER * Math.cos(sector / 2), STAR_INNER * Math.sin(sector / 2)]
  // On the centre's side of the line from the tip (1, 0) to the inner corner.
  return (innerX - 1) * py - innerY * (px - 1) >= 0
}
