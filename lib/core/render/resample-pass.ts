import type { Arena } from './arena.ts'
import { type Axis, type TapKernel, tapCount, WEIGHT_BITS, writeTaps } from './filter-taps.ts'
import type { FrameSize } from './frame-size.ts'
import { PASS_FIELDS, writeRecord } from './kernel/records.ts'

/** The most a pass will be asked for; fixes its memory. */
export interface PassLimits {
  readonly kernel: TapKernel
  readonly source: FrameSize
  readonly target: FrameSize
  /** Samples read per sample made, at most. */
  readonly step: number
}

/** One plane resampled. Addresses are bytes in the kernel's memory. */
export interface PassSpec {
  readonly source: number
  readonly sourceStride: number
  readonly target: number
  readonly targetStride: number
  readonly x: Axis
  readonly y: Axis
  /** What is made of the samples that the axes describe; everything when absent. */
  readonly window?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Sample that a gain below one leads towards: black, or no colour. */
  readonly zero?: number
}

/** Fraction bits of a row in the ring. */
const RING_BITS = 6

/** Weights of one direction, in the kernel's memory, kept while the axis stays the same. */
class AxisTable {
  readonly starts: number
  readonly weights: number
  readonly #memory: ArrayBufferLike
  readonly #multiple: number
  #axis: Axis | undefined
  #taps = 0

  constructor(memory: ArrayBufferLike, arena: Arena, samples: number, taps: number, multiple: number) {
    this.#memory = memory
    this.#multiple = multiple
    // Columns are made four at a time.
    this.starts = arena.take(4 * (samples + 3))
    this.weights = arena.take(2 * (samples + 3) * taps)
  }

  /** Answers the number of taps. */
  write(axis: Axis): number {
    if (this.#axis && sameAxis(this.#axis, axis)) return this.#taps
    this.#axis = axis
    this.#taps = tapCount(axis.kernel, axis.step, axis.sourceCount, this.#multiple)
    const samples = axis.count + 3
    const starts = new Int32Array(this.#memory, this.starts, samples)
    starts.fill(0, axis.count)
    writeTaps(axis, this.#taps, starts, new Int16Array(this.#memory, this.weights, samples * this.#taps))
    return this.#taps
  }

  /** Columns read for the samples `first … first + count − 1`. */
  span(first: number, count: number): { first: number; end: number } {
    const starts = new Int32Array(this.#memory, this.starts + 4 * first, count)
    return { first: starts[0] ?? 0, end: (starts[count - 1] ?? 0) + this.#taps }
  }
}

/** The memory of one kind of pass on one thread: tables of weights, a ring of rows, a record. Luma and chroma have tables each. */
export class ResamplePass {
  readonly record: number
  readonly #view: DataView
  readonly #tables: readonly [luma: { x: AxisTable; y: AxisTable }, chroma: { x: AxisTable; y: AxisTable }]
  readonly #ring: number
  readonly #ringStride: number
  readonly #ringRows: number
  readonly #row: number

  constructor(memory: ArrayBufferLike, arena: Arena, { kernel, source, target, step }: PassLimits) {
    this.#view = new DataView(memory)
    this.record = arena.take(4 * PASS_FIELDS.length)
    const xTaps = tapCount(kernel, step, source.width, 8)
    const yTaps = tapCount(kernel, step, source.height, 2)
    const tables = () => ({
      x: new AxisTable(memory, arena, target.width, xTaps, 8),
      y: new AxisTable(memory, arena, target.height, yTaps, 2),
    })
    this.#tables = [tables(), tables()]
    // Rows are read 16 samples at a time.
    this.#ringStride = 2 * 16 * Math.ceil((target.width + 16) / 16)
    this.#ringRows = yTaps
    this.#ring = arena.take(this.#ringStride * this.#ringRows)
    this.#row = arena.take(target.width + 16)
  }

  /** Writes the weights (where they changed) and the record. Answers the source columns that will be read. */
  prepare(kind: 'luma' | 'chroma', spec: PassSpec): { first: number; end: number } {
    const { x, y } = this.#tables[kind === 'luma' ? 0 : 1]
    const [xTaps, yTaps] = [x.write(spec.x), y.write(spec.y)]
    const window = spec.window ?? { x: 0, y: 0, width: spec.x.count, height: spec.y.count }
    const span = x.span(window.x, window.width)
    writeRecord(this.#view, this.record, PASS_FIELDS, {
      source: spec.source,
      sourceStride: spec.sourceStride,
      sourceHeight: spec.y.sourceCount,
      target: spec.target,
      targetStride: spec.targetStride,
      width: window.width,
      height: window.height,
      xStarts: x.starts + 4 * window.x,
      xWeights: x.weights + 2 * xTaps * window.x,
      xTaps,
      yStarts: y.starts + 4 * window.y,
      yWeights: y.weights + 2 * yTaps * window.y,
      yTaps,
      ring: this.#ring,
      ringStride: this.#ringStride,
      ringRows: this.#ringRows,
      nextRow: 0,
      bias: bias(spec),
      effect: 0,
      row: this.#row,
    })
    return span
  }

  /** Sends the source rows of the pass just prepared through a highlight first (the address of its record). */
  filterSource(effect: number): void {
    this.#view.setInt32(this.record + 4 * PASS_FIELDS.indexOf('effect'), effect, true)
  }
}

/** Half of the last place, and what the missing gain takes from `zero`. */
function bias({ x, y, zero = 0 }: PassSpec): number {
  const gain = (x.gain ?? 1) * (y.gain ?? 1)
  return Math.round((0.5 + zero * (1 - gain)) * 2 ** (WEIGHT_BITS + RING_BITS))
}

function sameAxis(a: Axis, b: Axis): boolean {
  return (
    a.kernel === b.kernel &&
    a.origin === b.origin &&
    a.step === b.step &&
    a.count === b.count &&
    a.sourceCount === b.sourceCount &&
    a.gain === b.gain
  )
}
