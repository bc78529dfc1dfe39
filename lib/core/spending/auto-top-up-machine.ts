import type { AUTO_TOP_UP_STATES } from '#lib/contracts/api/spending.ts'

export type AutoTopUpState = (typeof AUTO_TOP_UP_STATES)[number]
export const AUTO_TOP_UP_EVENTS = [
  'switched_on',
  'switched_off',
  'card_removed',
  'declined',
  'declined_too_often',
  'accepted',
] as const
export type AutoTopUpEvent = (typeof AUTO_TOP_UP_EVENTS)[number]

/** A card that says no this often in a row is asked no more until its owner says so. */
export const DECLINES_ALLOWED = 3
/** After a decline the card is left alone for a day: card networks punish those who keep trying. */
export const AFTER_DECLINE_MS = 24 * 3_600_000

/** The switch. docs/decisions/018-spending.md says why; a missing cell changes nothing. */
const TABLE: Record<AutoTopUpEvent, Partial<Record<AutoTopUpState, AutoTopUpState>>> = {
  switched_on: { off: 'on', stopped: 'on' },
  switched_off: { on: 'off', stopped: 'off' },
  card_removed: { on: 'off', stopped: 'off' },
  declined: {},
  declined_too_often: { on: 'stopped' },
  accepted: {},
}

export function nextAutoTopUp(state: AutoTopUpState, event: AutoTopUpEvent): AutoTopUpState {
  return TABLE[event][state] ?? state
}

/** Which of the two events a decline is, when so many in a row went before it. */
export function declineEvent(declinesBefore: number): 'declined' | 'declined_too_often' {
  return declinesBefore + 1 >= DECLINES_ALLOWED ? 'declined_too_often' : 'declined'
}
