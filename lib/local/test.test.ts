import { expect, test } from 'vitest'
import { playwrightTotals, totalsLine, vitestTotals } from './test.ts'

test('the counts of both runners are added up', () => {
  const unit = vitestTotals({ numPassedTests: 10, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })
  const browser = playwrightTotals({ stats: { expected: 5, unexpected: 1, flaky: 0, skipped: 0 } })
  expect(totalsLine([unit, browser])).toBe('15 passed, 2 failed, 3 skipped')
})

test('nothing skipped is not mentioned', () => {
  expect(totalsLine([{ passed: 3, failed: 0, skipped: 0 }])).toBe('3 passed, 0 failed')
})

test('a test that passed only when repeated has failed', () => {
  expect(playwrightTotals({ stats: { expected: 5, unexpected: 0, flaky: 1, skipped: 0 } })).toMatchObject({ failed: 1 })
})
