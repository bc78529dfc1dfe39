import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AUTO_TOP_UP_STATES, LOW_BALANCE_STATES } from '#lib/contracts/api/spending.ts'
import {
  AUTO_TOP_UP_EVENTS,
  type AutoTopUpEvent,
  type AutoTopUpState,
  DECLINES_ALLOWED,
  declineEvent,
  nextAutoTopUp,
} from './auto-top-up-machine.ts'
import {
  LOW_BALANCE_EVENTS,
  type LowBalanceEvent,
  type LowBalanceState,
  nextLowBalance,
} from './low-balance-machine.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/decisions/018-spending.md'), 'utf8').split('\n')

/** A table of the decision, by its first state. */
function tableOf(firstState: string) {
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const head = page.findIndex((line) => line.startsWith(`| event | ${firstState} |`))
  const states = cellsOf(page[head] ?? '').slice(1)
  const rows = page.slice(head + 2, page.indexOf('', head)).map(cellsOf)
  const cells = rows.flatMap(([event = '', ...rest]) =>
    rest.map((cell, column) => ({ event, state: states[column] ?? '', cell })),
  )
  return { states, events: rows.map(([event]) => event), cells }
}

const low = tableOf('armed')
const auto = tableOf('off')

test('the decision names every state and event', () => {
  expect(low.states).toEqual([...LOW_BALANCE_STATES])
  expect(low.events).toEqual([...LOW_BALANCE_EVENTS])
  expect(auto.states).toEqual([...AUTO_TOP_UP_STATES])
  expect(auto.events).toEqual([...AUTO_TOP_UP_EVENTS])
})

test.each(low.cells)('low balance: $event while $state → $cell', ({ event, state, cell }) => {
  const next = nextLowBalance(state as LowBalanceState, event as LowBalanceEvent)
  expect(next).toEqual(
    cell === '·' ? { state, mail: false } : { state: cell.split(',')[0], mail: cell.endsWith(', mail') },
  )
})

test.each(auto.cells)('automatic top-up: $event while $state → $cell', ({ event, state, cell }) => {
  expect(nextAutoTopUp(state as AutoTopUpState, event as AutoTopUpEvent)).toBe(cell === '·' ? state : cell)
})

test('the last decline that is allowed in a row stops it', () => {
  const events = Array.from({ length: DECLINES_ALLOWED }, (_, before) => declineEvent(before))
  expect(events).toEqual(['declined', 'declined', 'declined_too_often'])
})
