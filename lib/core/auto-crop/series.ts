/** A row of numbers over time; NaN where nothing is known. */
export type Series = Float64Array

/** The value at an index; NaN outside. Of one kind of array only: that keeps it fast. */
export function at(values: Series, index: number): number {
  return values[index] ?? Number.NaN
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** The value between samples, held beyond the ends. */
export function sampleAt(values: Series, position: number): number {
  const last = values.length - 1
  const place = clamp(position, 0, last)
  const index = Math.min(last, Math.floor(place))
  const part = place - index
  const from = at(values, index)
  return part === 0 ? from : from + (at(values, index + 1) - from) * part
}

/** Largest value within `radius` samples to both sides (van Herk's idea as a monotone queue: linear in the length); NaN is skipped. */
export function rollingMax(values: Series, radius: number): Series {
  const out = new Float64Array(values.length).fill(Number.NaN)
  const queue: number[] = []
  let head = 0
  for (let next = 0, centre = 0; centre < values.length; centre++) {
    for (; next < values.length && next <= centre + radius; next++) {
      const value = at(values, next)
      if (Number.isNaN(value)) continue
      while (queue.length > head && at(values, queue[queue.length - 1] ?? 0) <= value) queue.pop()
      queue.push(next)
    }
    while (head < queue.length && (queue[head] ?? 0) < centre - radius) head++
    if (head < queue.length) out[centre] = at(values, queue[head] ?? 0)
  }
  return out
}

/** Mean of the known values within `radius` samples to both sides; NaN where there is none. */
export function rollingMean(values: Series, radius: number): Series {
  const { length } = values
  const sums = new Float64Array(length + 1)
  const counts = new Float64Array(length + 1)
  for (let i = 0; i < length; i++) {
    const value = at(values, i)
    const known = Number.isNaN(value) ? 0 : 1
    sums[i + 1] = at(sums, i) + (known === 1 ? value : 0)
    counts[i + 1] = at(counts, i) + known
  }
  return Float64Array.from(values, (_, i) => {
    const [from, to] = [Math.max(0, i - radius), Math.min(length, i + radius + 1)]
    return (at(sums, to) - at(sums, from)) / (at(counts, to) - at(counts, from))
  })
}

/** Nothing known, ever. */
export const UNKNOWN_SERIES: Series = new Float64Array()

/** Of the numbers given, which it sorts; NaN of none. */
export function median(values: number[]): number {
  values.sort((a, b) => a - b)
  return ((values[(values.length - 1) >> 1] ?? Number.NaN) + (values[values.length >> 1] ?? Number.NaN)) / 2
}
