import { at, type Series } from './series.ts'

/**
 * The path with no step faster than `maxStep` (per step; index i is the step from i − 1 to i): the mean of the largest such path below
 * it and the smallest above it, so a path that keeps the limit is unchanged, time reversal commutes, and no new extremes appear.
 */
export function limitSpeed(path: Series, maxStep: Series): Series {
  const below = Float64Array.from(path)
  const above = Float64Array.from(path)
  for (let i = 1; i < path.length; i++) relax(i, i - 1, at(maxStep, i))
  for (let i = path.length - 2; i >= 0; i--) relax(i, i + 1, at(maxStep, i + 1))
  return below.map((value, i) => (value + at(above, i)) / 2)

  function relax(i: number, neighbour: number, step: number): void {
    below[i] = Math.min(at(below, i), at(below, neighbour) + step)
    above[i] = Math.max(at(above, i), at(above, neighbour) - step)
  }
}
