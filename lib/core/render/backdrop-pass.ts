import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Arena } from './arena.ts'
import { type Axis, cubicBSpline, gaussian } from './filter-taps.ts'
import type { FrameSize } from './frame-size.ts'
import type { Kernel } from './kernel/instantiate-kernel.ts'
import { planarFrame } from './planar-frame.ts'
import { ResamplePass } from './resample-pass.ts'

/** Luma pixels of the output per pixel of the small picture that is blurred; even, so that chroma has the same small picture. */
const REDUCTION = 16
/** Blur, in pixels of the small picture. */
const BACKDROP = gaussian(2.2, true)
/** Brightness that is left, so that the picture in front stands out. */
const GAIN = 0.45

/** The part of the target that the picture does not cover, in samples of a plane. */
type Bar = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * Fills what a contained picture leaves free with a blurred, darkened cover of that same picture, taken from the target itself: as
 * cheap for an 8K source as for a small one, and highlights are in it.
 */
export class BackdropPass {
  readonly #output: FrameSize
  readonly #small: number
  readonly #shrink: ResamplePass
  readonly #enlarge: ResamplePass

  constructor(memory: ArrayBufferLike, arena: Arena, output: FrameSize) {
    this.#output = output
    const small = smallSize(output, REDUCTION)
    this.#small = arena.take(small.width * small.height + 64)
    const shrink = { kernel: BACKDROP, source: output, target: small, step: REDUCTION }
    this.#shrink = new ResamplePass(memory, arena, shrink)
    this.#enlarge = new ResamplePass(memory, arena, { kernel: cubicBSpline, source: small, target: output, step: 1 })
  }

  /** `target` is the address of a frame whose `box` is done. */
  fill(kernel: Kernel, target: number, box: Rectangle, black: number): void {
    for (const [index, plane] of planarFrame(this.#output).entries()) {
      const kind = index === 0 ? 'luma' : 'chroma'
      const per = index === 0 ? 1 : 2
      const part = planeBox(box, per)
      const small = smallSize(plane, REDUCTION / per)
      const cover = coverOf(part, plane)
      this.#shrink.prepare(kind, {
        source: target + plane.offset + part.y * plane.width + part.x,
        sourceStride: plane.width,
        target: this.#small,
        targetStride: small.width,
        x: shrinkAxis(part.width, small.width, cover.width),
        y: shrinkAxis(part.height, small.height, cover.height),
      })
      kernel.resample(this.#shrink.record)
      for (const window of barsAround(part, plane)) {
        this.#enlarge.prepare(kind, {
          source: this.#small,
          sourceStride: small.width,
          target: target + plane.offset + window.y * plane.width + window.x,
          targetStride: plane.width,
          x: enlargeAxis(small.width, plane.width),
          y: { ...enlargeAxis(small.height, plane.height), gain: GAIN },
          window,
          zero: index === 0 ? black : 128,
        })
        kernel.resample(this.#enlarge.record)
      }
    }
  }
}

function smallSize({ width, height }: FrameSize, reduction: number): FrameSize {
  return { width: Math.ceil(width / reduction), height: Math.ceil(height / reduction) }
}

function planeBox({ x, y, width, height }: Rectangle, per: number): Bar {
  return { x: x / per, y: y / per, width: Math.ceil(width / per), height: Math.ceil(height / per) }
}

/** The largest rectangle of the plane's shape inside the part: centred, so only its size matters. */
function coverOf(part: FrameSize, plane: FrameSize): FrameSize {
  const scale = Math.min(part.width / plane.width, part.height / plane.height)
  return { width: plane.width * scale, height: plane.height * scale }
}

function shrinkAxis(sourceCount: number, count: number, covered: number): Axis {
  const step = covered / count
  return { kernel: BACKDROP, sourceCount, count, origin: (sourceCount - covered) / 2 + step / 2 - 0.5, step }
}

function enlargeAxis(sourceCount: number, count: number): Axis {
  const step = sourceCount / count
  return { kernel: cubicBSpline, sourceCount, count, origin: step / 2 - 0.5, step }
}

function barsAround(part: Bar, { width, height }: FrameSize): Bar[] {
  const [right, bottom] = [part.x + part.width, part.y + part.height]
  const bars = [
    { x: 0, y: 0, width, height: part.y },
    { x: 0, y: bottom, width, height: height - bottom },
    { x: 0, y: part.y, width: part.x, height: part.height },
    { x: right, y: part.y, width: width - right, height: part.height },
  ]
  return bars.filter((bar) => bar.width > 0 && bar.height > 0)
}
