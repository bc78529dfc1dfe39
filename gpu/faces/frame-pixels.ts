import { chromaSize, type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { quantization, rgbToYuv, type YuvColour, yuvToRgb } from '#gpu/onnx/yuv-graph.ts'
import { applySimilarity, inverse, type Similarity } from './similarity.ts'

type Samples = Uint8Array | Uint16Array
interface Plane {
  readonly samples: Samples
  readonly width: number
  readonly height: number
}

/** One 4:2:0 frame of a batch, read and written as RGB in [0,1]. */
export class FramePixels {
  readonly width: number
  readonly height: number
  readonly #luma: Plane
  readonly #chroma: readonly [Plane, Plane]
  readonly #levels: ReturnType<typeof quantization>
  /** Three weights of Y, Cb and Cr for each colour. */
  readonly #toRgb: Float64Array
  readonly #toYuv: readonly (readonly [number, number, number])[]

  constructor(buffer: ArrayBuffer, layout: FrameLayout, index: number, colour: YuvColour) {
    const { luma, chroma } = framePlanes(buffer, layout, index)
    const deep = layout.format === 'yuv420p10'
    const samples = (bytes: Uint8Array): Samples =>
      deep ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) : bytes
    const half = chroma.length / 2
    this.width = layout.width
    this.height = layout.height
    this.#luma = { samples: samples(luma), width: layout.width, height: layout.height }
    this.#chroma = [
      { samples: samples(chroma.subarray(0, half)), ...chromaSize(layout) },
      { samples: samples(chroma.subarray(half)), ...chromaSize(layout) },
    ]
    this.#levels = quantization(colour.fullRange, deep ? 10 : 8)
    this.#toRgb = Float64Array.from(yuvToRgb(colour.matrix).flat())
    this.#toYuv = rgbToYuv(colour.matrix)
  }

  /** Colour at a point between pixels (centres at halves), bilinear; beyond the frame its border goes on. */
  colourAt(x: number, y: number, into: Float32Array): void {
    const { lumaOffset, lumaScale, chromaScale, chromaZero } = this.#levels
    const luma = (bilinear(this.#luma, x - 0.5, y - 0.5) - lumaOffset) / lumaScale
    // Chroma sits at the left of each pair of columns, between rows.
    const cx = (x - 0.5) / 2
    const cy = y / 2 - 0.5
    const cb = (bilinear(this.#chroma[0], cx, cy) - chromaZero) / chromaScale
    const cr = (bilinear(this.#chroma[1], cx, cy) - chromaZero) / chromaScale
    const weights = this.#toRgb
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * channel
      const value = (weights[at] ?? 0) * luma + (weights[at + 1] ?? 0) * cb + (weights[at + 2] ?? 0) * cr
      into[channel] = Math.min(1, Math.max(0, value))
    }
  }

  /**
   * Blends a square picture (RGB planes in [0,1]) into the frame, where `toSquare` leads into it, by its mask. Chroma takes the picture at
   * its own places.
   */
  paste(picture: Float32Array, mask: Float32Array, side: number, toSquare: Similarity, opacity: number): void {
    const [left, top, right, bottom] = this.#reach(toSquare, side)
    const colour = new Float32Array(3)
    const { lumaOffset, lumaScale, chromaScale, chromaZero, maximum } = this.#levels
    const blend = (plane: Plane, at: number, x: number, y: number, row: 0 | 1 | 2, offset: number, scale: number) => {
      const [u, v] = applySimilarity(toSquare, x, y)
      const weight = opacity * squareAt(mask, side, 0, u, v)
      if (weight <= 0) return
      for (let channel = 0; channel < 3; channel++) colour[channel] = squareAt(picture, side, channel, u, v)
      const [kr, kg, kb] = this.#toYuv[row] ?? [0, 0, 0]
      const made = offset + scale * (kr * (colour[0] ?? 0) + kg * (colour[1] ?? 0) + kb * (colour[2] ?? 0))
      const value = (plane.samples[at] ?? 0) * (1 - weight) + made * weight
      plane.samples[at] = Math.min(maximum, Math.max(0, Math.round(value)))
    }
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        blend(this.#luma, y * this.width + x, x + 0.5, y + 0.5, 0, lumaOffset, lumaScale)
      }
    }
    for (const [index, plane] of this.#chroma.entries()) {
      for (let y = top >> 1; y < Math.min(plane.height, (bottom + 1) >> 1); y++) {
        for (let x = left >> 1; x < Math.min(plane.width, (right + 1) >> 1); x++) {
          blend(plane, y * plane.width + x, 2 * x + 0.5, 2 * y + 1, index === 0 ? 1 : 2, chromaZero, chromaScale)
        }
      }
    }
  }

  /** The part of the frame that the square can touch: left, top, right, bottom. */
  #reach(toSquare: Similarity, side: number): [number, number, number, number] {
    const back = inverse(toSquare)
    const corners = [0, side].flatMap((u) => [0, side].map((v) => applySimilarity(back, u, v)))
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
    const clamp = (value: number, limit: number) => Math.min(limit, Math.max(0, value))
    return [
      clamp(Math.floor(Math.min(...xs)), this.width),
      clamp(Math.floor(Math.min(...ys)), this.height),
      clamp(Math.ceil(Math.max(...xs)), this.width),
      clamp(Math.ceil(Math.max(...ys)), this.height),
    ]
  }
}

/** `x` and `y` count from the first sample's centre. Called for every pixel of every picture: nothing is allocated. */
function bilinear({ samples, width, height }: Plane, x: number, y: number): number {
  const cx = Math.min(width - 1, Math.max(0, x))
  const cy = Math.min(height - 1, Math.max(0, y))
  const x0 = cx | 0
  const y0 = cy | 0
  const fx = cx - x0
  const fy = cy - y0
  const above = y0 * width + x0
  const below = y0 + 1 < height ? above + width : above
  const right = x0 + 1 < width ? 1 : 0
  const top = (samples[above] ?? 0) * (1 - fx) + (samples[above + right] ?? 0) * fx
  const bottom = (samples[below] ?? 0) * (1 - fx) + (samples[below + right] ?? 0) * fx
  return top * (1 - fy) + bottom * fy
}

/** A square plane at a point; nothing outside of it. */
function squareAt(planes: Float32Array, side: number, channel: number, u: number, v: number): number {
  if (u < 0 || v < 0 || u >= side || v >= side) return 0
  const [cx, cy] = [Math.min(side - 1, Math.max(0, u - 0.5)), Math.min(side - 1, Math.max(0, v - 0.5))]
  const [x0, y0] = [cx | 0, cy | 0]
  const [fx, fy] = [cx - x0, cy - y0]
  const [x1, y1] = [Math.min(side - 1, x0 + 1), Math.min(side - 1, y0 + 1)]
  const base = channel * side * side
  const row = (line: number) =>
    (planes[base + line * side + x0] ?? 0) * (1 - fx) + (planes[base + line * side + x1] ?? 0) * fx
  return row(y0) * (1 - fy) + row(y1) * fy
}
