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

/** A price that was on someone's screen may be this old when they press the button. */
export const SHOWN_PRICE_GRACE_MS = 30_000

/**
 * What cancelling costs: never more than the price the user saw, and never less than what was used up half a minute ago, or saying
 * "0" would be a way to run for free. Null when the price they saw is older than that: show the new one and ask again.
 */
export function cancelCharge(rates: Rates, runningMs: number | null, shownMicros: number): number | null {
  const usedMicros = costSoFar(rates, runningMs)
  if (shownMicros >= usedMicros) return usedMicros
  const earlierMicros = costSoFar(rates, runningMs === null ? null : runningMs - SHOWN_PRICE_GRACE_MS)
  return shownMicros >= earlierMicros ? shownMicros : null
}
