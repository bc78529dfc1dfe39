import type { Arena } from './arena.ts'
import { type Axis, cubicBSpline, gaussian, linear, type TapKernel } from './filter-taps.ts'
import type { FrameSize } from './frame-size.ts'
import type { Kernel } from './kernel/instantiate-kernel.ts'
import type { Plane, Planes } from './planar-frame.ts'
import { ResamplePass } from './resample-pass.ts'

/** Standard deviation of the reduced picture's blur, at least, in its own samples; less would show the reduction. */
const SMALLEST_REDUCED_SIGMA = 1.5

/** A plane reduced by halving, blurred there, and enlarged again row by row: a wide Gaussian at the cost of a narrow one. */
interface ReducedPlane {
  readonly plane: Plane
  /** From full size (not held here) down to the smallest. */
  readonly levels: readonly { readonly size: FrameSize; readonly address: number }[]
  readonly factor: number
  readonly blurred: number
  readonly kernel: TapKernel
}

/** A Gaussian blur of source planes whose rows the kernel takes one by one. */
export class BlurPass {
  readonly #reduced: readonly [luma: ReducedPlane, chroma: ReducedPlane]
  readonly #gaussian: ResamplePass
  readonly #enlarge: ResamplePass
  readonly #enlargeKernel: TapKernel

  /** `sigma` in luma pixels. */
  constructor(memory: ArrayBufferLike, arena: Arena, planes: Planes, sigma: number) {
    const factor = 2 ** Math.max(0, Math.floor(Math.log2(sigma / SMALLEST_REDUCED_SIGMA)))
    const luma = reducePlane(arena, planes[0], sigma, factor)
    const chroma = reducePlane(arena, planes[1], sigma / 2, Math.max(1, factor / 2))
    this.#reduced = [luma, chroma]
    const size = reducedSize(luma)
    const widest = luma.kernel.support > chroma.kernel.support ? luma.kernel : chroma.kernel
    this.#enlargeKernel = factor > 1 ? cubicBSpline : linear
    const largest = largestSize(size, reducedSize(chroma))
    this.#gaussian = new ResamplePass(memory, arena, { kernel: widest, source: largest, target: largest, step: 1 })
    const enlarged = { kernel: this.#enlargeKernel, source: largest, target: planes[0], step: 1 }
    this.#enlarge = new ResamplePass(memory, arena, enlarged)
  }

  /** Blurs a plane that starts at `source`. Answers the record of the pass that makes its columns `first … end − 1`. */
  prepare(kernel: Kernel, kind: 'luma' | 'chroma', source: number, first: number, end: number): number {
    const reduced = this.#reduced[kind === 'luma' ? 0 : 1]
    const { plane, factor } = reduced
    const size = reducedSize(reduced)
    const unit = (count: number): Axis => ({ kernel: reduced.kernel, sourceCount: count, count, origin: 0, step: 1 })
    this.#gaussian.prepare(kind, {
      source: halvePlane(kernel, reduced, source),
      sourceStride: size.width,
      target: reduced.blurred,
      targetStride: size.width,
      x: unit(size.width),
      y: unit(size.height),
    })
    kernel.resample(this.#gaussian.record)
    const enlarge = (sourceCount: number, count: number): Axis => ({
      kernel: this.#enlargeKernel,
      sourceCount,
      count,
      origin: 0.5 / factor - 0.5,
      step: 1 / factor,
    })
    this.#enlarge.prepare(kind, {
      source: reduced.blurred,
      sourceStride: size.width,
      target: 0,
      targetStride: 0,
      x: enlarge(size.width, plane.width),
      y: enlarge(size.height, plane.height),
      window: { x: first, y: 0, width: Math.min(end, plane.width) - first, height: plane.height },
    })
    return this.#enlarge.record
  }
}

function reducePlane(arena: Arena, plane: Plane, sigma: number, factor: number): ReducedPlane {
  const levels: { size: FrameSize; address: number }[] = []
  let size: FrameSize = plane
  for (let reduced = 1; reduced < factor; reduced *= 2) {
    size = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) }
    levels.push({ size, address: takePlane(arena, size) })
  }
  // Variances add: what the means of `factor` samples and the spline blur already is left out.
  const already = factor > 1 ? (factor ** 2 - 1) / 12 / factor ** 2 + 1 / 3 : 0
  const reducedSigma = Math.sqrt(Math.max(0.01, (sigma / factor) ** 2 - already))
  return { plane, levels, factor, blurred: takePlane(arena, size), kernel: gaussian(reducedSigma) }
}

/** Reads and writes of 16 samples may go past the last one. */
function takePlane(arena: Arena, { width, height }: FrameSize): number {
  return arena.take(width * height + 64)
}

function reducedSize({ plane, levels }: ReducedPlane): FrameSize {
  return levels.at(-1)?.size ?? plane
}

/** Answers where the smallest level is. */
function halvePlane(kernel: Kernel, { plane, levels }: ReducedPlane, source: number): number {
  let [from, size]: [number, FrameSize] = [source, plane]
  for (const [index, level] of levels.entries()) {
    kernel.halve(from, size.width, size.height, level.address, index % 2 === 0 ? 2 : 1)
    from = level.address
    size = level.size
  }
  return from
}

function largestSize(a: FrameSize, b: FrameSize): FrameSize {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) }
}
