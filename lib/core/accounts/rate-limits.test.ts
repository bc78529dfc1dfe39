import { expect, test } from 'vitest'
import { parseRateLimit } from './rate-limits.ts'

test('a limit is read as calls per seconds', () => {
  expect(parseRateLimit('write.user=10/60')).toEqual({ name: 'write.user', window: { limit: 10, windowMs: 60_000 } })
})

test.each([
  ['a name nobody limits by', 'write.planet=10/60'],
  ['a name every object has', 'constructor=10/60'],
  ['no calls at all', 'write.user=0/60'],
  ['no window', 'write.user=10'],
  ['a window of no length', 'write.user=10/0'],
  ['a window longer than what is counted is kept', 'write.user=10/86401'],
  ['a negative number', 'write.user=-1/60'],
])('%s is no limit', (_what, text) => {
  expect(parseRateLimit(text)).toBeNull()
})
