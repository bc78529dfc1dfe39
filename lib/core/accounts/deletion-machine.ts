import { DELETION_STATES, type DeletionState } from '#lib/contracts/api/account.ts'

/** What moves the deletion of an account on. `open` is an account that nobody wants to delete. */
export const DELETION_EVENTS = [
  'confirmed',
  'jobs_ended',
  'uploads_aborted',
  'objects_purged',
  'data_erased',
  'links_ended',
] as const
export type DeletionEvent = (typeof DELETION_EVENTS)[number]

export type AccountState = 'open' | DeletionState
export const ACCOUNT_STATES = ['open', ...DELETION_STATES] as const satisfies AccountState[]

/** docs/decisions/014-accounts.md says why. What is not here changes nothing. */
const TABLE: Record<DeletionEvent, { from: AccountState; to: DeletionState }> = {
  confirmed: { from: 'open', to: 'ending_jobs' },
  jobs_ended: { from: 'ending_jobs', to: 'aborting_uploads' },
  uploads_aborted: { from: 'aborting_uploads', to: 'purging_objects' },
  objects_purged: { from: 'purging_objects', to: 'erasing_data' },
  data_erased: { from: 'erasing_data', to: 'awaiting_links' },
  links_ended: { from: 'awaiting_links', to: 'done' },
}

/** The next state; the same one for an event that is late or repeated. */
export function nextDeletionState(state: AccountState, event: DeletionEvent): AccountState {
  return TABLE[event].from === state ? TABLE[event].to : state
}
