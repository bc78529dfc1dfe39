/**
 * Money is integers of micro-dollars (1e-6 USD) everywhere. One credit is one cent, 10,000 micros. Only this file turns micros into other
 * units, and every rounding it makes is in the name or chosen by the caller.
 */
export const MICROS_PER_CREDIT = 10_000
export const MICROS_PER_CENT = 10_000
export const MICROS_PER_USD = 1_000_000

/** A credit is shown with two decimals, so the smallest amount a person can see is a hundredth of it. */
const MICROS_PER_HUNDREDTH_CREDIT = MICROS_PER_CREDIT / 100

/** `down` for what is there, `up` for what it will cost, `nearest` (half away from zero) for what happened. */
export type Rounding = 'down' | 'up' | 'nearest'

/**
 * The price of GPU time: ceil(ms × rate × markup ÷ 10⁷), where ms ÷ 1000 are seconds and markupBps ÷ 10,000 is the factor (30,000 = 3×).
 * Exact: a product such as 8 h × 10,000 micros/s × 3× passes 2⁵³, so it is computed with BigInt. Throws RangeError when an input
 * is not a whole number from 0, or the price is no longer a safe integer.
 */
export function ceilMicros(durationMs: number, rateMicrosPerSecond: number, markupBps: number): number {
  const product = natural(durationMs, 'durationMs') * natural(rateMicrosPerSecond, 'rateMicrosPerSecond')
  const divisor = 10_000_000n
  const price = (product * natural(markupBps, 'markupBps') + divisor - 1n) / divisor
  return safe(price)
}

/** Exact. */
export function centsToMicros(cents: number): number {
  return requireMicros(cents * MICROS_PER_CENT)
}

/** Exact: throws RangeError when the amount is not a whole number of cents, because money at a bank has no smaller coin. */
export function microsToWholeCents(micros: number): number {
  if (requireMicros(micros) % MICROS_PER_CENT !== 0) throw new RangeError(`${micros} micros are not whole cents`)
  return micros / MICROS_PER_CENT
}

/** `1,234.56`: credits with two decimals and no unit. */
export function formatCredits(micros: number, rounding: Rounding = 'nearest'): string {
  return formatHundredths(divide(micros, MICROS_PER_HUNDREDTH_CREDIT, rounding), '')
}

/** `-1234.5678`: credits to the last micro, for machines. */
export function exactCredits(micros: number): string {
  const size = Math.abs(requireMicros(micros))
  const fraction = (size % MICROS_PER_CREDIT).toString().padStart(4, '0')
  return `${micros < 0 ? '-' : ''}${Math.trunc(size / MICROS_PER_CREDIT)}.${fraction}`
}

/** `$1,234.56`, `−` in front of the sign of the dollar. */
export function formatUsd(micros: number, rounding: Rounding = 'nearest'): string {
  return formatHundredths(divide(micros, MICROS_PER_CENT, rounding), '$')
}

/** Throws RangeError unless the amount is an integer that a double holds exactly. */
export function requireMicros(micros: number): number {
  if (!Number.isSafeInteger(micros)) throw new RangeError(`${micros} is not a whole number of micros`)
  return micros
}

/** `down` and `up` mean towards −∞ and +∞: a debt is not shown smaller than it is. */
function divide(micros: number, unit: number, rounding: Rounding): number {
  const exact = requireMicros(micros) / unit
  if (rounding === 'down') return Math.floor(exact)
  if (rounding === 'up') return Math.ceil(exact)
  return Math.sign(exact) * Math.round(Math.abs(exact))
}

function formatHundredths(hundredths: number, symbol: string): string {
  const size = Math.abs(hundredths)
  const whole = Math.trunc(size / 100).toString()
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${hundredths < 0 ? '−' : ''}${symbol}${grouped}.${(size % 100).toString().padStart(2, '0')}`
}

function natural(value: number, name: string): bigint {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number from 0, not ${value}`)
  return BigInt(value)
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`${value} micros are more than can be counted exactly`)
  return Number(value)
}
