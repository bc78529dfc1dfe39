import type { DisputeState } from '#lib/contracts/api/refunds.ts'

export const DISPUTE_EVENTS = ['inquired', 'inquiry_ended', 'charged_back', 'lost', 'won'] as const
export type DisputeEvent = (typeof DISPUTE_EVENTS)[number]

/** `new`: the first that we hear of this dispute. */
export const DISPUTE_PLACES = ['new', 'inquiry', 'inquiry_closed', 'open', 'lost', 'won'] as const
export type DisputePlace = (typeof DISPUTE_PLACES)[number]

/**
 * docs/decisions/011-refunds-and-disputes.md says why each cell is what it is. A missing cell changes nothing: the states are in order, and
 * an event about an earlier one is an old event.
 */
const TABLE: Record<DisputeEvent, Partial<Record<DisputePlace, DisputeState>>> = {
  inquired: { new: 'inquiry' },
  inquiry_ended: { new: 'inquiry_closed', inquiry: 'inquiry_closed' },
  charged_back: { new: 'open', inquiry: 'open', inquiry_closed: 'open' },
  lost: { new: 'lost', inquiry: 'lost', inquiry_closed: 'lost', open: 'lost' },
  won: { new: 'won', inquiry: 'won', inquiry_closed: 'won', open: 'won', lost: 'won' },
}

/** The next state, or null when the event changes nothing. */
export function nextDisputeState(place: DisputePlace, event: DisputeEvent): DisputeState | null {
  return TABLE[event][place] ?? null
}

/** The stored states that an event moves: what a guarded write repeats. */
export function disputeStatesMovedBy(event: DisputeEvent): DisputeState[] {
  return (Object.keys(TABLE[event]) as DisputePlace[]).filter((place) => place !== 'new')
}

/** Where an event leads, from wherever it leads anywhere. */
export function disputeStateAfter(event: DisputeEvent): DisputeState {
  return TABLE[event].new ?? 'open'
}

/** Stripe's word (https://docs.stripe.com/api/disputes/object#dispute_object-status) as an event; null for a word that is new to us. */
export function disputeEventOf(status: string): DisputeEvent | null {
  switch (status) {
    case 'warning_needs_response':
    case 'warning_under_review':
      return 'inquired'
    case 'warning_closed':
    case 'prevented':
      return 'inquiry_ended'
    case 'needs_response':
    case 'under_review':
      return 'charged_back'
    // An appeal is about a chargeback that was lost; the money is gone until it is won.
    case 'lost':
    case 'appeal_needs_response':
    case 'appeal_under_review':
      return 'lost'
    case 'won':
      return 'won'
    default:
      return null
  }
}
