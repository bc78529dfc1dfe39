import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOP_UP_STATES } from '#lib/contracts/api/wallet.ts'
import { nextTopUpState, statesMovedBy, TOP_UP_EVENTS, type TopUpEvent, type TopUpState } from './top-up-machine.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/decisions/002-ledger-on-d1.md'), 'utf8')
const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const lines = page.split('\n')
const head = lines.findIndex((line) => line.startsWith('| event | created |'))
const states = cellsOf(lines[head] ?? '').slice(1)
const rows = lines
  .slice(head + 2, lines.indexOf('', head))
  .map(cellsOf)
  .map(([event = '', ...cells]) => ({ event, cells }))

test('the decision lists every state and event', () => {
  expect(states).toEqual([...TOP_UP_STATES])
  expect(rows.map((row) => row.event)).toEqual([...TOP_UP_EVENTS])
})

const cells = rows.flatMap(({ event, cells }) =>
  cells.map((expected, column) => ({ event: event as TopUpEvent, state: states[column] as TopUpState, expected })),
)
test.each(cells)('$state + $event → $expected', ({ event, state, expected }) => {
  expect(nextTopUpState(state, event)).toBe(expected === '·' ? state : expected)
  expect(statesMovedBy(event).includes(state)).toBe(expected !== '·' && expected !== 'alarm')
})

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_other, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

const STORIES: { story: string; events: TopUpEvent[]; end: TopUpState }[] = [
  { story: 'paid by card', events: ['checkout_opened', 'paid', 'paid'], end: 'credited' },
  { story: 'a bank debit that succeeds', events: ['checkout_opened', 'payment_pending', 'paid'], end: 'credited' },
  { story: 'a bank debit that fails', events: ['checkout_opened', 'payment_pending', 'payment_failed'], end: 'failed' },
  { story: 'nobody pays', events: ['checkout_opened', 'session_expired', 'session_expired'], end: 'expired' },
  { story: 'given up too early', events: ['session_expired', 'payment_pending', 'paid'], end: 'credited' },
]
test.each(STORIES)('$story: every order ends as $end', ({ events, end }) => {
  for (const order of permutations(events)) {
    let state: TopUpState = 'created'
    for (const event of order) {
      const next = nextTopUpState(state, event)
      if (next === 'alarm') throw new Error(`${order.join(', ')} raised an alarm`)
      state = next
    }
    expect({ order, state }).toEqual({ order, state: end })
  }
})
