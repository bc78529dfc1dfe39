import type { AttemptState } from '#lib/contracts/api/jobs.ts'

/**
 * What can happen to one dispatch of a segment. The table below is the whole life cycle: a cell that is missing means the event is late,
 * repeated or impossible in that state and changes nothing. docs/decisions/003-job-states.md says why each cell is what it is.
 */
export const ATTEMPT_EVENTS = [
  'dispatch_claimed',
  'dispatch_accepted',
  'dispatch_refused',
  'dispatch_in_doubt',
  'doubt_expired',
  'worker_started',
  'webhook_bound',
  'status_in_queue',
  'status_in_progress',
  'output_verified',
  'output_rejected',
  'run_failed',
  'run_timed_out',
  'run_canceled',
  'run_forgotten',
  'job_ended',
] as const
export type AttemptEvent = (typeof ATTEMPT_EVENTS)[number]

export const LIVE_ATTEMPT_STATES = [
  'created',
  'dispatching',
  'dispatch_unknown',
  'queued',
  'running',
] as const satisfies AttemptState[]

const ENDINGS = {
  output_verified: 'completed',
  output_rejected: 'failed',
  run_failed: 'failed',
  run_timed_out: 'timed_out',
  run_canceled: 'canceled',
  run_forgotten: 'lost',
  job_ended: 'canceled',
} as const satisfies Partial<Record<AttemptEvent, AttemptState>>

/** state → event → next state. Terminal states have no row entries: they never change again. */
const TABLE: Record<AttemptState, Partial<Record<AttemptEvent, AttemptState>>> = {
  created: { dispatch_claimed: 'dispatching', job_ended: 'canceled' },
  dispatching: {
    ...ENDINGS,
    dispatch_accepted: 'queued',
    dispatch_refused: 'failed',
    dispatch_in_doubt: 'dispatch_unknown',
    // The worker can be faster than the response to our own request.
    worker_started: 'running',
    webhook_bound: 'queued',
  },
  dispatch_unknown: {
    ...ENDINGS,
    dispatch_accepted: 'queued',
    dispatch_refused: 'failed',
    doubt_expired: 'lost',
    worker_started: 'running',
    webhook_bound: 'queued',
    status_in_queue: 'queued',
    status_in_progress: 'running',
  },
  queued: { ...ENDINGS, worker_started: 'running', status_in_progress: 'running' },
  running: { ...ENDINGS },
  completed: {},
  failed: {},
  timed_out: {},
  canceled: {},
  lost: {},
}

/** The state after the event, or null when the event changes nothing. */
export function nextAttempt(state: AttemptState, event: AttemptEvent): AttemptState | null {
  return TABLE[state][event] ?? null
}

/** The states from which an event leads somewhere: what the guarding WHERE clause of its UPDATE lists. */
export function statesAccepting(event: AttemptEvent): AttemptState[] {
  return (Object.keys(TABLE) as AttemptState[]).filter((state) => TABLE[state][event] !== undefined)
}

/** Every event leads to one state, wherever it comes from. */
export const ATTEMPT_EVENT_TARGET = Object.fromEntries(
  ATTEMPT_EVENTS.map((event) => [
    event,
    (Object.keys(TABLE) as AttemptState[]).flatMap((state) => TABLE[state][event] ?? [])[0],
  ]),
) as Record<AttemptEvent, AttemptState>

export function isLiveAttempt(state: AttemptState): boolean {
  return (LIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(state)
}
