import type { RefundState } from '#lib/contracts/api/refunds.ts'

/**
 * `accepted`, `succeeded`, `failed`: what a refund object of Stripe says. `refused`: Stripe's answer to our request, which means that no
 * refund was made.
 */
export const REFUND_EVENTS = ['accepted', 'succeeded', 'failed', 'refused'] as const
export type RefundEvent = (typeof REFUND_EVENTS)[number]

/** `own`: Stripe made after all what it had refused; that money is booked as a refund of its own, with an alarm. */
type Cell = RefundState | 'own'

/** docs/decisions/011-refunds-and-disputes.md says why each cell is what it is. A missing cell changes nothing. */
const TABLE: Record<RefundEvent, Partial<Record<RefundState, Cell>>> = {
  accepted: { requested: 'pending', refused: 'own' },
  succeeded: { requested: 'succeeded', pending: 'succeeded', refused: 'own' },
  failed: { requested: 'failed', pending: 'failed', succeeded: 'failed' },
  refused: { requested: 'refused' },
}

/** The next state, the same one when the event changes nothing, or `own`. */
export function nextRefundState(state: RefundState, event: RefundEvent): Cell {
  return TABLE[event][state] ?? state
}

/** The states that an event moves: what a guarded write repeats. */
export function refundStatesMovedBy(event: RefundEvent): RefundState[] {
  const moved = Object.entries(TABLE[event]) as [RefundState, Cell][]
  return moved.filter(([, cell]) => cell !== 'own').map(([state]) => state)
}

/** The states in which the credit is the user's again. */
export function isRefundUndone(state: RefundState): boolean {
  return state === 'failed' || state === 'refused'
}

/** Stripe's word (https://docs.stripe.com/api/refunds/object#refund_object-status) as an event; null for a word that is new to us. */
export function refundEventOf(status: string): RefundEvent | null {
  switch (status) {
    case 'pending':
    case 'requires_action':
      return 'accepted'
    case 'succeeded':
      return 'succeeded'
    case 'failed':
    case 'canceled':
      return 'failed'
    default:
      return null
  }
}
