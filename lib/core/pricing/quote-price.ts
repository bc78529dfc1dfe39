import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { ceilMicros } from '#lib/core/money.ts'
import {
  BASE_FPS,
  BASE_PIXELS,
  CEILING_FACTOR,
  GPU_CLASSES,
  type GpuClass,
  MARKUP_BPS,
  MINIMUM_MICROS,
  UNCALIBRATED_GPU_MS_PER_VIDEO_S,
} from './rate-card.ts'

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
export function quotePrice(input: {
  task: TaskName
  facts: Pick<MediaFacts, 'duration_s' | 'frames' | 'width' | 'height'>
  gpuClass: GpuClass
}): QuotePrice {
  const { rateMicrosPerSecond } = GPU_CLASSES[input.gpuClass]
  const expectedGpuMs = Math.ceil(workSeconds(input.facts) * UNCALIBRATED_GPU_MS_PER_VIDEO_S[input.task])
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

/** Seconds of base material that make as much work as this video: its length, more for more pixels or more frames a second. */
function workSeconds(facts: Pick<MediaFacts, 'duration_s' | 'frames' | 'width' | 'height'>): number {
  const seconds = Math.max(facts.duration_s, facts.frames / BASE_FPS)
  return seconds * Math.max(1, (facts.width * facts.height) / BASE_PIXELS)
}
