import { expect, test } from 'vitest'
import { REFUND_STATES, type RefundState } from '#lib/contracts/api/refunds.ts'
import { readDecisionTable } from '#lib/local/decision-table.ts'
import {
  isRefundUndone,
  nextRefundState,
  REFUND_EVENTS,
  type RefundEvent,
  refundEventOf,
  refundStatesMovedBy,
} from './refund-machine.ts'

const table = readDecisionTable('011-refunds-and-disputes.md', 'refund event')

test('the decision lists every state and event', () => {
  expect(table.columns).toEqual([...REFUND_STATES])
  expect(table.rows.map((row) => row.event)).toEqual([...REFUND_EVENTS])
})

const cells = table.rows.flatMap(({ event, cells }) =>
  cells.map((expected, column) => ({
    event: event as RefundEvent,
    state: table.columns[column] as RefundState,
    expected,
  })),
)
test.each(cells)('$state + $event → $expected', ({ event, state, expected }) => {
  expect(nextRefundState(state, event)).toBe(expected === '·' ? state : expected)
  expect(refundStatesMovedBy(event).includes(state)).toBe(expected !== '·' && expected !== 'own')
})

test('credit is the user’s again exactly in the two states that gave nothing', () => {
  expect(REFUND_STATES.filter(isRefundUndone)).toEqual(['failed', 'refused'])
})

test('every word of Stripe’s is an event; a new one is none', () => {
  const words = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'imagined']
  expect(words.map(refundEventOf)).toEqual(['accepted', 'accepted', 'succeeded', 'failed', 'failed', null])
})

test.each([
  [['accepted', 'succeeded'], 'succeeded'],
  [['accepted', 'succeeded', 'failed'], 'failed'],
  [['accepted', 'failed'], 'failed'],
] as const)('%j ends as %s in any order', (events, end) => {
  for (const order of permutations(events)) {
    const last = order.reduce<RefundState>((state, event) => {
      const next = nextRefundState(state, event)
      return next === 'own' ? state : next
    }, 'requested')
    expect({ order, last }).toEqual({ order, last: end })
  }
})

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_other, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}
