import type { JobState } from '#lib/contracts/api/jobs.ts'

/** What can happen to a user's job. States only move forward; the last three are final and settle the hold. */
export const JOB_EVENTS = [
  'attempt_started',
  'segments_completed',
  'result_settled',
  'gave_up',
  'cancel_requested',
] as const
export type JobEvent = (typeof JOB_EVENTS)[number]

export const TERMINAL_JOB_STATES = ['succeeded', 'failed', 'canceled'] as const satisfies JobState[]
export type TerminalJobState = (typeof TERMINAL_JOB_STATES)[number]

/**
 * - `moved`: the state changes; `settles` says that the hold must be settled in the same database batch.
 * - `unchanged`: a repeated or late event; harmless.
 * - `refused`: someone asked for something that can no longer be done and must be told why.
 */
export type JobStep =
  | { step: 'moved'; state: JobState; settles: boolean }
  | { step: 'unchanged' }
  | { step: 'refused'; code: 'job_finishing' | 'job_finished' }

const UNCHANGED = { step: 'unchanged' } as const
const moved = (state: JobState): JobStep => ({ step: 'moved', state, settles: isTerminal(state) })
const refused = (code: 'job_finishing' | 'job_finished'): JobStep => ({ step: 'refused', code })

const TABLE: Record<JobState, Record<JobEvent, JobStep>> = {
  queued: {
    attempt_started: moved('running'),
    // Nothing completes that never started: the caller applies attempt_started first.
    segments_completed: UNCHANGED,
    result_settled: UNCHANGED,
    gave_up: moved('failed'),
    cancel_requested: moved('canceled'),
  },
  running: {
    attempt_started: UNCHANGED,
    segments_completed: moved('finalizing'),
    result_settled: UNCHANGED,
    gave_up: moved('failed'),
    cancel_requested: moved('canceled'),
  },
  finalizing: {
    attempt_started: UNCHANGED,
    segments_completed: UNCHANGED,
    result_settled: moved('succeeded'),
    gave_up: moved('failed'),
    // The result exists and is about to be theirs: cancelling now would charge for something thrown away.
    cancel_requested: refused('job_finishing'),
  },
  succeeded: final(),
  failed: final(),
  canceled: final(),
}

function final(): Record<JobEvent, JobStep> {
  return {
    attempt_started: UNCHANGED,
    segments_completed: UNCHANGED,
    result_settled: UNCHANGED,
    gave_up: UNCHANGED,
    cancel_requested: refused('job_finished'),
  }
}

export function nextJob(state: JobState, event: JobEvent): JobStep {
  return TABLE[state][event]
}

export function isTerminal(state: JobState): state is TerminalJobState {
  return (TERMINAL_JOB_STATES as readonly JobState[]).includes(state)
}
