/** A symmetric reconstruction filter, tabled; exact to about 1e-6 by linear interpolation. */
export interface TapKernel {
  /** Zero from this distance on, in samples. */
  readonly support: number
  /** Whether shrinking widens it, so that it also removes what the smaller picture cannot show. */
  readonly widens: boolean
  /** Values at multiples of `1 / TABLE_STEPS`, one more than needed. */
  readonly table: Float64Array
}

const TABLE_STEPS = 1024

/** Fraction bits of a weight. */
export const WEIGHT_BITS = 14

function tapKernel(support: number, widens: boolean, weight: (distance: number) => number): TapKernel {
  const table = Float64Array.from({ length: Math.ceil(support * TABLE_STEPS) + 2 }, (_, i) =>
    i / TABLE_STEPS < support ? weight(i / TABLE_STEPS) : 0,
  )
  return { support, widens, table }
}

/** Windowed sinc with three lobes (Duchon, 1979, “Lanczos filtering in one and two dimensions”). */
export const lanczos3 = tapKernel(3, true, (x) => sinc(x) * sinc(x / 3))

/** Smooth to its second derivative and never negative; blurs by a variance of 1/3. */
export const cubicBSpline = tapKernel(2, true, (x) => (x < 1 ? 2 / 3 - x * x + x ** 3 / 2 : (2 - x) ** 3 / 6))

export const linear = tapKernel(1, true, (x) => 1 - x)

/** Gaussian cut off where 0.14 % of it is left; `widens`: sigma is in samples made instead of samples read. */
export function gaussian(sigma: number, widens = false): TapKernel {
  return tapKernel(Math.max(0.5, 3.2 * sigma), widens, (x) => Math.exp(-(x * x) / (2 * sigma * sigma)))
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** One direction of a resampling: sample `i` made is at `origin + i × step` in the samples read (centres at integers). */
export interface Axis {
  readonly kernel: TapKernel
  /** Samples read; those beyond either end repeat the last one. */
  readonly sourceCount: number
  /** Samples made. */
  readonly count: number
  readonly origin: number
  readonly step: number
  /** Sum of the weights; 1 when absent. */
  readonly gain?: number
}

/** Weights a sample needs at most, rounded up to a multiple that the kernel reads at once. */
export function tapCount(kernel: TapKernel, step: number, sourceCount: number, multiple: number): number {
  const taps = Math.min(Math.ceil(2 * halfWidth(kernel, step)), sourceCount)
  return Math.max(multiple, multiple * Math.ceil(taps / multiple))
}

/**
 * Fills in, for each sample made, the first sample read and `taps` weights, which sum to exactly `gain × 2^WEIGHT_BITS`: a flat
 * picture stays flat. Weights of samples beyond an end are added to the last one's.
 */
export function writeTaps(axis: Axis, taps: number, starts: Int32Array, weights: Int16Array): void {
  const { kernel, sourceCount, count, origin, step, gain = 1 } = axis
  const scale = widening(kernel, step)
  const half = halfWidth(kernel, step)
  const raw = new Float64Array(taps)
  weights.fill(0)
  for (let i = 0; i < count; i += 1) {
    const centre = origin + i * step
    const first = Math.floor(centre - half) + 1
    const last = Math.ceil(centre + half) - 1
    const start = clampIndex(first, sourceCount)
    raw.fill(0)
    let sum = 0
    for (let index = first; index <= last; index += 1) {
      const weight = weightAt(kernel, Math.abs(index - centre) / scale)
      raw[clampIndex(index, sourceCount) - start] = (raw[clampIndex(index, sourceCount) - start] ?? 0) + weight
      sum += weight
    }
    starts[i] = start
    quantise(raw, sum, Math.round(gain * (1 << WEIGHT_BITS)), weights, i * taps)
  }
}

function widening(kernel: TapKernel, step: number): number {
  return kernel.widens ? Math.max(1, step) : 1
}

function halfWidth(kernel: TapKernel, step: number): number {
  return kernel.support * widening(kernel, step)
}

/** The rounding error of the sum goes to the largest weight, where it matters least. */
function quantise(raw: Float64Array, sum: number, total: number, weights: Int16Array, at: number): void {
  let [left, largest] = [total, 0]
  for (let tap = 0; tap < raw.length; tap += 1) {
    const weight = Math.round(((raw[tap] ?? 0) / sum) * total)
    weights[at + tap] = weight
    left -= weight
    if ((raw[tap] ?? 0) > (raw[largest] ?? 0)) largest = tap
  }
  weights[at + largest] = (weights[at + largest] ?? 0) + left
}

function weightAt({ table }: TapKernel, distance: number): number {
  const position = distance * TABLE_STEPS
  const index = Math.floor(position)
  const here = table[index] ?? 0
  return here + ((table[index + 1] ?? 0) - here) * (position - index)
}

function clampIndex(index: number, count: number): number {
  return index < 0 ? 0 : index >= count ? count - 1 : index
}
