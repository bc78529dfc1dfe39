import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { ceilMicros } from '#lib/core/money.ts'
import {
  CEILING_FACTOR,
  GPU_CLASSES,
  type GpuClass,
  MARKUP_BPS,
  MINIMUM_MICROS,
  UNCALIBRATED_GPU_MS_PER_VIDEO_S,
} from './rate-card.ts'
import { type PricedFacts, workSeconds } from './work-seconds.ts'

export interface QuotePrice {
  gpuClass: GpuClass
  rateMicrosPerSecond: number
  markupBps: number
  minimumMicros: number
  expectedGpuMs: number
  /** GPU time the ceiling pays for. */
  ceilingGpuMs: number
  estimateMicros: number
  ceilingMicros: number
  /** RunPod stops a run after this: 3 × the slowest run the ceiling allows for, so that only a stuck one is hit. */
  executionTimeoutMs: number
}

/** Prices one task on a video. Deterministic: the same input gives the same price. */
export function quotePrice(input: { request: TaskRequest; facts: PricedFacts; gpuClass: GpuClass }): QuotePrice {
  const { rateMicrosPerSecond } = GPU_CLASSES[input.gpuClass]
  const expectedGpuMs = Math.ceil(
    workSeconds(input.request, input.facts) * UNCALIBRATED_GPU_MS_PER_VIDEO_S[input.request.task],
  )
  const ceilingGpuMs = expectedGpuMs * CEILING_FACTOR
  const price = (ms: number) => Math.max(MINIMUM_MICROS, ceilMicros(ms, rateMicrosPerSecond, MARKUP_BPS))
  return {
    gpuClass: input.gpuClass,
    rateMicrosPerSecond,
    markupBps: MARKUP_BPS,
    minimumMicros: MINIMUM_MICROS,
    expectedGpuMs,
    ceilingGpuMs,
    estimateMicros: price(expectedGpuMs),
    ceilingMicros: price(ceilingGpuMs),
    executionTimeoutMs: 3 * ceilingGpuMs,
  }
}
