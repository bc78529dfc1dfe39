import { expect, test } from 'vitest'
import { decideRetry } from './retry-policy.ts'

const failure = { code: 'worker_lost', message: 'gone', retryable: true } as const
const base = { failure, attemptNumber: 1, nowMs: 1000, backoffMs: 10, holdExpiresAtMs: 1_000_000 }

test('an infrastructure fault is retried with doubling back-off', () => {
  expect(decideRetry(base)).toEqual({ decision: 'retry', notBeforeMs: 1010 })
  expect(decideRetry({ ...base, attemptNumber: 2 })).toEqual({ decision: 'retry', notBeforeMs: 1020 })
})

test('the third failure is the last', () => {
  expect(decideRetry({ ...base, attemptNumber: 3 })).toEqual({
    decision: 'give_up',
    code: 'worker_lost',
    message: 'gone',
  })
})

test('a bad input is never retried', () => {
  const bad = { code: 'corrupt_media', message: 'frame 3 is damaged', retryable: false } as const
  expect(decideRetry({ ...base, failure: bad })).toEqual({
    decision: 'give_up',
    code: 'corrupt_media',
    message: 'frame 3 is damaged',
  })
})

test('no attempt is planned for after the hold has ended', () => {
  expect(decideRetry({ ...base, holdExpiresAtMs: 1010 }).decision).toBe('give_up')
  expect(decideRetry({ ...base, holdExpiresAtMs: 1011 }).decision).toBe('retry')
})
