import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { ceilMicros } from '#lib/core/money.ts'
import { calibrate, calibrationClass, type QuoteCalibration } from './calibration.ts'
import { CEILING_FACTOR, GPU_CLASSES, type GpuClass, MARKUP_BPS, MINIMUM_MICROS } from './rate-card.ts'
import { type PricedFacts, workSeconds } from './work-seconds.ts'

export interface QuotePrice {
  gpuClass: GpuClass
  rateMicrosPerSecond: number
  markupBps: number
  minimumMicros: number
  /** Seconds of base material that make as much work. */
  workSeconds: number
  /** The measurements, or the table, that the times come from. */
  calibration: QuoteCalibration
  expectedGpuMs: number
  /** GPU time the ceiling pays for. */
  ceilingGpuMs: number
  estimateMicros: number
  ceilingMicros: number
  /** RunPod stops a run after this: 3 × the slowest run the ceiling allows for, so that only a stuck one is hit. */
  executionTimeoutMs: number
}

/**
 * Prices one task on a video, by measured runs of its class or, without them, by the table. Deterministic: the same input gives the same
 * price, longer videos cost no less, and minimum ≤ estimate ≤ ceiling.
 */
export function quotePrice(input: {
  request: TaskRequest
  facts: PricedFacts
  gpuClass: GpuClass
  calibration?: QuoteCalibration
}): QuotePrice {
  const { request, facts, gpuClass } = input
  const { rateMicrosPerSecond } = GPU_CLASSES[gpuClass]
  const calibration = input.calibration ?? calibrate(calibrationClass(request, facts, gpuClass), [])
  const work = workSeconds(request, facts)
  const expectedGpuMs = Math.ceil(work * calibration.expectedMsPerWorkS)
  const ceilingGpuMs = ceilingMs(work, calibration, expectedGpuMs)
  const price = (ms: number) => Math.max(MINIMUM_MICROS, ceilMicros(ms, rateMicrosPerSecond, MARKUP_BPS))
  return {
    gpuClass,
    rateMicrosPerSecond,
    markupBps: MARKUP_BPS,
    minimumMicros: MINIMUM_MICROS,
    workSeconds: work,
    calibration,
    expectedGpuMs,
    ceilingGpuMs,
    estimateMicros: price(expectedGpuMs),
    ceilingMicros: price(ceilingGpuMs),
    executionTimeoutMs: 3 * ceilingGpuMs,
  }
}

function ceilingMs(work: number, calibration: QuoteCalibration, expectedGpuMs: number): number {
  // By the table the ceiling is a whole multiple of the expectation, rounded once.
  if (calibration.runs === 0) return expectedGpuMs * CEILING_FACTOR
  return Math.max(expectedGpuMs, Math.ceil(work * calibration.ceilingMsPerWorkS) + calibration.ceilingStartMs)
}
