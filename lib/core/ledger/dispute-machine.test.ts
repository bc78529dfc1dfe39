import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DISPUTE_STATES } from '#lib/contracts/api/refunds.ts'
import { readDecisionTable } from '#lib/local/decision-table.ts'
import {
  DISPUTE_EVENTS,
  DISPUTE_PLACES,
  type DisputeEvent,
  type DisputePlace,
  disputeEventOf,
  disputeStateAfter,
  disputeStatesMovedBy,
  nextDisputeState,
} from './dispute-machine.ts'

const table = readDecisionTable('011-refunds-and-disputes.md', 'dispute event')

test('the decision lists every state and event', () => {
  expect(table.columns).toEqual([...DISPUTE_PLACES])
  expect(table.columns.slice(1)).toEqual([...DISPUTE_STATES])
  expect(table.rows.map((row) => row.event)).toEqual([...DISPUTE_EVENTS])
})

const cells = table.rows.flatMap(({ event, cells }) =>
  cells.map((expected, column) => ({
    event: event as DisputeEvent,
    place: table.columns[column] as DisputePlace,
    expected,
  })),
)
test.each(cells)('$place + $event → $expected', ({ event, place, expected }) => {
  expect(nextDisputeState(place, event)).toBe(expected === '·' ? null : expected)
  if (expected !== '·') expect(disputeStateAfter(event)).toBe(expected)
  if (place !== 'new') expect(disputeStatesMovedBy(event).includes(place)).toBe(expected !== '·')
})

test('events of one dispute end at the same place in any order, however often each comes', () => {
  const end = (events: readonly DisputeEvent[]) =>
    events.reduce<DisputePlace>((place, event) => nextDisputeState(place, event) ?? place, 'new')
  const story = fc.array(fc.constantFrom(...DISPUTE_EVENTS), { minLength: 1, maxLength: 6 })
  const shuffled = story.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
  )
  fc.assert(fc.property(shuffled, ([events, again]) => end(events) === end(again)))
})

test('every word of Stripe’s is an event; a new one is none', () => {
  const words = {
    warning_needs_response: 'inquired',
    warning_under_review: 'inquired',
    warning_closed: 'inquiry_ended',
    prevented: 'inquiry_ended',
    needs_response: 'charged_back',
    under_review: 'charged_back',
    lost: 'lost',
    appeal_needs_response: 'lost',
    appeal_under_review: 'lost',
    won: 'won',
    imagined: null,
  }
  for (const [word, event] of Object.entries(words)) expect([word, disputeEventOf(word)]).toEqual([word, event])
})
