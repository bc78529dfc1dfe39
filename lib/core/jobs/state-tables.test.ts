import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ATTEMPT_STATES, type AttemptState, JOB_STATES, type JobState } from '#lib/contracts/api/jobs.ts'
import { ATTEMPT_EVENTS, type AttemptEvent, nextAttempt, statesAccepting } from './attempt-machine.ts'
import { isTerminal, JOB_EVENTS, type JobEvent, nextJob } from './job-machine.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/decisions/003-job-states.md'), 'utf8')

/** Rows of the markdown table whose header starts with `| event | <first state>`. */
function tableOf(firstState: string): { columns: string[]; rows: Map<string, string[]> } {
  const lines = page.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| event | ${firstState} |`))
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const rows = new Map<string, string[]>()
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break
    const [event = '', ...states] = cells(line)
    rows.set(event, states)
  }
  return { columns: cells(lines[head] ?? '').slice(1), rows }
}

const attempts = tableOf('created')
const jobs = tableOf('queued')

test('the decision lists every attempt state and event', () => {
  expect(attempts.columns).toEqual([...ATTEMPT_STATES])
  expect([...attempts.rows.keys()].sort()).toEqual([...ATTEMPT_EVENTS].sort())
})

test('the decision lists every job state and event', () => {
  expect(jobs.columns).toEqual([...JOB_STATES])
  expect([...jobs.rows.keys()].sort()).toEqual([...JOB_EVENTS].sort())
})

const attemptCells = [...attempts.rows].flatMap(([event, states]) =>
  states.map((expected, column) => ({
    event: event as AttemptEvent,
    state: attempts.columns[column] as AttemptState,
    expected,
  })),
)
test.each(attemptCells)('attempt $state + $event → $expected', ({ event, state, expected }) => {
  expect(nextAttempt(state, event) ?? '·').toBe(expected)
  expect(statesAccepting(event).includes(state)).toBe(expected !== '·')
})

const jobCells = [...jobs.rows].flatMap(([event, states]) =>
  states.map((expected, column) => ({ event: event as JobEvent, state: jobs.columns[column] as JobState, expected })),
)
test.each(jobCells)('job $state + $event → $expected', ({ event, state, expected }) => {
  const step = nextJob(state, event)
  const shown = step.step === 'moved' ? step.state : step.step === 'refused' ? `refused: ${step.code}` : '·'
  expect(shown).toBe(expected)
  if (step.step === 'moved') expect(step.settles).toBe(isTerminal(step.state))
})
