import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  ACCOUNT_STATES,
  type AccountState,
  DELETION_EVENTS,
  type DeletionEvent,
  nextDeletionState,
} from './deletion-machine.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/decisions/014-accounts.md'), 'utf8')
const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const lines = page.split('\n')
const head = lines.findIndex((line) => line.startsWith('| event | open |'))
const states = cellsOf(lines[head] ?? '').slice(1)
const rows = lines
  .slice(head + 2, lines.indexOf('', head))
  .map(cellsOf)
  .map(([event = '', ...cells]) => ({ event, cells }))

test('the decision lists every state and event', () => {
  expect(states).toEqual([...ACCOUNT_STATES])
  expect(rows.map((row) => row.event)).toEqual([...DELETION_EVENTS])
})

const cells = rows.flatMap(({ event, cells }) =>
  cells.map((expected, column) => ({ event: event as DeletionEvent, state: states[column] as AccountState, expected })),
)
test.each(cells)('$state + $event → $expected', ({ event, state, expected }) => {
  expect(nextDeletionState(state, event)).toBe(expected === '·' ? state : expected)
})

test('events lead through every state in order, and nothing leads back', () => {
  let state = ACCOUNT_STATES[0] as AccountState
  const visited: AccountState[] = [state]
  for (const event of DELETION_EVENTS) {
    state = nextDeletionState(state, event)
    visited.push(state)
    for (const repeated of DELETION_EVENTS.slice(0, DELETION_EVENTS.indexOf(event) + 1)) {
      expect(nextDeletionState(state, repeated)).toBe(state)
    }
  }
  expect(visited).toEqual([...ACCOUNT_STATES])
})
