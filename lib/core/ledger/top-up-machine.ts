import type { TopUpView } from '#lib/contracts/api/wallet.ts'

export type TopUpState = TopUpView['state']

export const TOP_UP_EVENTS = [
  'checkout_opened',
  'paid',
  'payment_pending',
  'payment_failed',
  'session_expired',
] as const
export type TopUpEvent = (typeof TOP_UP_EVENTS)[number]

/** `alarm`: the event contradicts money that was booked; nothing changes and a person looks. */
type Cell = TopUpState | 'alarm'

/** docs/decisions/002-ledger-on-d1.md says why each cell is what it is. A missing cell changes nothing. */
const TABLE: Record<TopUpEvent, Partial<Record<TopUpState, Cell>>> = {
  checkout_opened: { created: 'open' },
  paid: {
    created: 'credited',
    open: 'credited',
    processing: 'credited',
    failed: 'credited',
    expired: 'credited',
  },
  payment_pending: { created: 'processing', open: 'processing', expired: 'processing' },
  payment_failed: {
    created: 'failed',
    open: 'failed',
    processing: 'failed',
    credited: 'alarm',
    expired: 'failed',
  },
  session_expired: { created: 'expired', open: 'expired' },
}

/** The next state, the same one when the event changes nothing, or `alarm`. */
export function nextTopUpState(state: TopUpState, event: TopUpEvent): Cell {
  return TABLE[event][state] ?? state
}

/** The states from which an event leads to another one: what a guarded write repeats. */
export function statesMovedBy(event: TopUpEvent): TopUpState[] {
  const moved = Object.entries(TABLE[event]) as [TopUpState, Cell][]
  return moved.filter(([, cell]) => cell !== 'alarm').map(([state]) => state)
}
