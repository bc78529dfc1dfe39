import type { Arena } from './arena.ts'
import type { Label } from './compositor.ts'
import type { FrameSize } from './frame-size.ts'
import type { Kernel } from './kernel/instantiate-kernel.ts'
import { frameBytes, planarFrame } from './planar-frame.ts'

/** Lays labels over finished frames. The kernel's copy is kept until another label comes. */
export class LabelPass {
  readonly #memory: ArrayBufferLike
  readonly #output: FrameSize
  readonly #capacity: number
  readonly #address: number
  #held: Uint8Array | undefined

  constructor(memory: ArrayBufferLike, arena: Arena, output: FrameSize, largest: FrameSize) {
    this.#memory = memory
    this.#output = output
    this.#capacity = labelBytes(largest)
    this.#address = arena.take(this.#capacity)
  }

  /** `target` is the address of a finished frame. */
  blend(kernel: Kernel, target: number, label: Label): void {
    this.#hold(label)
    const alpha = this.#address + frameBytes(label)
    const planes = planarFrame(label)
    const [left, top] = [2 * Math.round(label.x / 2), 2 * Math.round(label.y / 2)]
    for (const [index, plane] of planarFrame(this.#output).entries()) {
      const picture = planes[index] ?? planes[0]
      const step = index === 0 ? 1 : 2
      const x = clip(left / step, picture.width, plane.width)
      const y = clip(top / step, picture.height, plane.height)
      kernel.blendPlane(
        target + plane.offset + y.to * plane.width + x.to,
        plane.width,
        this.#address + picture.offset + y.from * picture.width + x.from,
        picture.width,
        alpha + (y.from * label.width + x.from) * step,
        label.width,
        label.height - y.from * step,
        x.count,
        y.count,
        step,
      )
    }
  }

  #hold(label: Label): void {
    if (this.#held === label.pixels) return
    const bytes = labelBytes(label)
    if (bytes > this.#capacity) throw new RangeError('the label is larger than the plan’s largest')
    if (label.pixels.length !== bytes) throw new RangeError(`a label of its size has ${bytes} bytes (yuva420p)`)
    new Uint8Array(this.#memory, this.#address, bytes).set(label.pixels)
    this.#held = label.pixels
  }
}

function labelBytes(size: FrameSize): number {
  return frameBytes(size) + size.width * size.height
}

/** The part of a span of `length` samples at `start` that is inside `0 … side − 1`. */
function clip(start: number, length: number, side: number): { from: number; to: number; count: number } {
  const to = Math.min(side, Math.max(0, start))
  const from = Math.max(0, -start)
  return { from, to, count: Math.max(0, Math.min(length - from, side - to)) }
}
