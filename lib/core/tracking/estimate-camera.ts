import type { Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

/** Camera path in pixels: what to subtract from a position in frame `at` to get where it was in the first frame. */
export interface CameraPath {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * Translation of the camera from what the tracked things do together: per step the median of all displacements, smoothed over time,
 * summed. A median needs company: with few tracks it shrinks towards no motion.
 */
export function estimateCamera(tracklets: readonly Tracklet[], frames: number): CameraPath {
  const steps: { x: number[]; y: number[] }[] = Array.from({ length: frames }, () => ({ x: [], y: [] }))
  for (const tracklet of tracklets) {
    for (let index = 1; index < tracklet.length; index++) {
      const [before, after] = [tracklet[index - 1], tracklet[index]]
      if (!before || !after || after.at !== before.at + 1) continue
      steps[after.at]?.x.push(after.x - before.x)
      steps[after.at]?.y.push(after.y - before.y)
    }
  }
  const x = smooth(steps.map((step) => shrunkMedian(step.x)))
  const y = smooth(steps.map((step) => shrunkMedian(step.y)))
  for (let at = 1; at < frames; at++) {
    x[at] = (x[at] ?? 0) + (x[at - 1] ?? 0)
    y[at] = (y[at] ?? 0) + (y[at - 1] ?? 0)
  }
  return { x, y }
}

function shrunkMedian(values: number[]): number {
  if (values.length === 0) return 0
  values.sort((a, b) => a - b)
  const middle = values.length >> 1
  const median =
    values.length % 2 === 1 ? (values[middle] ?? 0) : ((values[middle - 1] ?? 0) + (values[middle] ?? 0)) / 2
  return (median * values.length) / (values.length + TUNING.camera.company)
}

/** Gaussian, in frames. */
function smooth(values: readonly number[]): Float64Array {
  const radius = Math.ceil(2.5 * TUNING.camera.smoothing)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-0.5 * ((index - radius) / Math.max(0.01, TUNING.camera.smoothing)) ** 2),
  )
  return Float64Array.from(values, (_, at) => {
    let [sum, weight] = [0, 0]
    for (let offset = -radius; offset <= radius; offset++) {
      const value = values[at + offset]
      if (value === undefined) continue
      const w = weights[offset + radius] ?? 0
      sum += w * value
      weight += w
    }
    return sum / weight
  })
}
