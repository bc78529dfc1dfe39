import type { Rational } from './probe.ts'

/** No camera's file plays faster; headers that claim more have counted ticks of their clock, or are made to harm. */
const MAX_FPS = 1000
const USUAL_FPS = 25

/** Frames per second to reckon with: the average when it can be believed, else the base rate, else 25. At most 1000. */
export function frameRate(average: Rational | undefined, base: Rational | undefined): number {
  for (const rate of [average, base]) {
    const fps = rate === undefined ? 0 : rate.num / rate.den
    if (fps > 0 && fps <= MAX_FPS) return fps
  }
  return USUAL_FPS
}
