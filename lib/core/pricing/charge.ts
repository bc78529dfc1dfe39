import { ceilMicros } from '#lib/core/money.ts'

export interface Rates {
  rateMicrosPerSecond: number
  markupBps: number
  minimumMicros: number
  ceilingMicros: number
}

/** What a finished job costs: the winning run's GPU time at the quoted rate, at least the minimum, never above the quote. */
export function chargeForRun(rates: Rates, gpuMs: number): number {
  const actual = ceilMicros(gpuMs, rates.rateMicrosPerSecond, rates.markupBps)
  return Math.min(rates.ceilingMicros, Math.max(rates.minimumMicros, actual))
}

/** What has been used up so far, which is also what cancelling costs: nothing before the GPU started, no minimum. */
export function costSoFar(rates: Rates, runningMs: number | null): number {
  if (runningMs === null || runningMs <= 0) return 0
  return Math.min(rates.ceilingMicros, ceilMicros(runningMs, rates.rateMicrosPerSecond, rates.markupBps))
}

/** What the GPU time cost us: no markup, no minimum. */
export function gpuCost(rateMicrosPerSecond: number, gpuMs: number): number {
  return ceilMicros(gpuMs, rateMicrosPerSecond, 10_000)
}
