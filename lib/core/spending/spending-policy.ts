import type { GoodwillLimits } from './goodwill.ts'

/** What the operator gives away without looking (see .env.example). */
export interface SpendingPolicy {
  /** Promotional credit for someone's first visit; 0 gives none. */
  firstVisitMicros: number
  goodwill: GoodwillLimits
}

export const USUAL_SPENDING_POLICY: SpendingPolicy = {
  firstVisitMicros: 0,
  goodwill: { days: 14, count: 3, shareBps: 2_500, floorMicros: 2_000_000 },
}
