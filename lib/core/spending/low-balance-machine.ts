import type { LOW_BALANCE_STATES } from '#lib/contracts/api/spending.ts'

export type LowBalanceState = (typeof LOW_BALANCE_STATES)[number]
export const LOW_BALANCE_EVENTS = ['below', 'at_or_above', 'threshold_changed'] as const
export type LowBalanceEvent = (typeof LOW_BALANCE_EVENTS)[number]

/** docs/decisions/018-spending.md says why. `mail` once per way down. */
const TABLE: Record<LowBalanceEvent, Record<LowBalanceState, { state: LowBalanceState; mail: boolean }>> = {
  below: { armed: { state: 'told', mail: true }, told: { state: 'told', mail: false } },
  at_or_above: { armed: { state: 'armed', mail: false }, told: { state: 'armed', mail: false } },
  threshold_changed: { armed: { state: 'armed', mail: false }, told: { state: 'armed', mail: false } },
}

export function nextLowBalance(state: LowBalanceState, event: LowBalanceEvent) {
  return TABLE[event][state]
}
