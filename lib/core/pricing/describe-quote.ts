import type { QuotePrice } from './quote-price.ts'
import { CEILING_FACTOR, GPU_CLASSES } from './rate-card.ts'

export interface QuoteDescription {
  /** What the GPU is called for people. */
  gpu_class: string
  breakdown: { label: string; detail: string; amount_micros: number }[]
}

/** The lines under a price, which say where the times come from. Their amounts add up to the ceiling. */
export function describeQuote(price: QuotePrice): QuoteDescription {
  const gpu = GPU_CLASSES[price.gpuClass].label
  const perSecond = (price.rateMicrosPerSecond * price.markupBps) / 10_000 / 10_000
  const { runs } = price.calibration
  return {
    gpu_class: gpu,
    breakdown: [
      {
        label: 'Expected GPU time',
        detail: `${seconds(price.expectedGpuMs)} on ${gpu} at ${perSecond.toFixed(3)} credits a second, ${source(runs)}.`,
        amount_micros: price.estimateMicros,
      },
      {
        label: 'Safety margin',
        detail: `Held, not spent: ${room(price)} What is not used comes back at once.`,
        amount_micros: price.ceilingMicros - price.estimateMicros,
      },
    ],
  }
}

function source(runs: number): string {
  if (runs === 0) return 'estimated: too few jobs like it have run yet'
  return `measured from ${runs} finished jobs like it`
}

function room({ calibration, ceilingGpuMs }: QuotePrice): string {
  if (calibration.runs === 0) return `covers up to ${CEILING_FACTOR}× the expected time.`
  return `covers up to ${seconds(ceilingGpuMs)}, more than nine of ten such jobs took.`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
