import type { QuotePrice } from './quote-price.ts'
import { CEILING_FACTOR, GPU_CLASSES } from './rate-card.ts'

export interface QuoteDescription {
  /** What the GPU is called for people. */
  gpu_class: string
  breakdown: { label: string; detail: string; amount_micros: number }[]
}

/** The lines under a price. Their amounts add up to the ceiling. */
export function describeQuote(price: QuotePrice): QuoteDescription {
  const gpu = GPU_CLASSES[price.gpuClass].label
  const perSecond = (price.rateMicrosPerSecond * price.markupBps) / 10_000 / 10_000
  return {
    gpu_class: gpu,
    breakdown: [
      {
        label: 'Expected GPU time',
        detail: `${seconds(price.expectedGpuMs)} on ${gpu} at ${perSecond.toFixed(3)} credits a second`,
        amount_micros: price.estimateMicros,
      },
      {
        label: 'Safety margin',
        detail: `Held, not spent: covers up to ${CEILING_FACTOR}× the expected time. What is not used comes back at once.`,
        amount_micros: price.ceilingMicros - price.estimateMicros,
      },
    ],
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
