import { expect, test } from 'vitest'
import { planForfeit } from './plan-forfeit.ts'

const moved = (available: number, promo: number, agreedMicros: number) =>
  planForfeit({ userId: 'u', balances: { available, promo }, agreedMicros }).map((draft) => [
    draft.debitAccountId,
    draft.creditAccountId,
    draft.amountMicros,
    draft.idempotencyKey,
  ])

test('paid credit becomes ours, promotional credit goes back to where it came from, each once per account', () => {
  expect(moved(700, 300, 1000)).toEqual([
    ['u:promo', 'system:promo_expense', 300, 'closing:u:promo'],
    ['u:available', 'system:adjustments', 700, 'closing:u:available'],
  ])
})

test('nothing moves where nothing is', () => {
  expect(moved(0, 0, 0)).toEqual([])
})

test('paid credit beyond what was agreed to stays', () => {
  expect(moved(700, 0, 500)).toEqual([['u:available', 'system:adjustments', 500, 'closing:u:available']])
  expect(moved(700, 0, 0)).toEqual([])
})
