import type { GoodwillView } from '#lib/contracts/api/spending.ts'

const DAY_MS = 86_400_000
/** Counts and shares are of the last 30 days, so that no calendar makes two months of one. */
export const GOODWILL_WINDOW_MS = 30 * DAY_MS

/** What an operator allows without looking. A count of 0 switches it off. */
export interface GoodwillLimits {
  /** After the job finished. */
  days: number
  /** Refunds in 30 days. */
  count: number
  /** Of what was captured in the last 30 days, in basis points. */
  shareBps: number
  /** This much in 30 days is fine whatever the share: someone's first job is all they have paid for. */
  floorMicros: number
}

export interface GoodwillFacts {
  succeeded: boolean
  finishedAtMs: number | null
  captureMicros: number
  frozen: boolean
  /** In the last 30 days. */
  refundedCount: number
  refundedMicros: number
  capturedMicros: number
}

export type GoodwillDecision =
  | { ok: true; untilMs: number }
  | { ok: false; refusal: NonNullable<GoodwillView['refusal']> }

/** Whether a job's price is given back by itself. */
export function decideGoodwill(limits: GoodwillLimits, facts: GoodwillFacts, nowMs: number): GoodwillDecision {
  const refuse = (refusal: NonNullable<GoodwillView['refusal']>) => ({ ok: false, refusal }) as const
  if (limits.count === 0) return refuse('off')
  if (!facts.succeeded || facts.finishedAtMs === null) return refuse('not_finished')
  if (facts.captureMicros === 0) return refuse('free')
  const untilMs = facts.finishedAtMs + limits.days * DAY_MS
  if (nowMs >= untilMs) return refuse('too_late')
  if (facts.frozen) return refuse('frozen')
  if (facts.refundedCount >= limits.count) return refuse('too_many')
  if (facts.refundedMicros + facts.captureMicros > mostMicros(limits, facts.capturedMicros)) return refuse('too_much')
  return { ok: true, untilMs }
}

/** What may be given back in 30 days in which so much was captured. Rounded down. */
export function mostMicros(limits: GoodwillLimits, capturedMicros: number): number {
  return Math.max(limits.floorMicros, Math.floor((capturedMicros * limits.shareBps) / 10_000))
}
