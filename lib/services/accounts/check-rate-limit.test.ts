import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import { checkRateLimit } from './check-rate-limit.ts'

const MINUTE_MS = 60_000
let t: TestServices
beforeAll(async () => {
  t = await openTestServices()
})
afterAll(() => t.close())

const call = (key: string, limit = 3) => checkRateLimit({ ctx: t.ctx, input: { key, limit, windowMs: 10 * MINUTE_MS } })

test('a window admits so many calls, then none until it is over; each key has its own', async () => {
  for (let n = 0; n < 3; n++) await call('a')
  await expect(call('a')).rejects.toMatchObject({
    code: 'rate_limited',
    message: expect.stringContaining('10 minutes'),
  })
  await call('b')
  t.advance(9 * MINUTE_MS)
  await expect(call('a')).rejects.toMatchObject({ message: expect.stringContaining('a minute') })
  t.advance(MINUTE_MS)
  await call('a')
})

test('calls at the same moment are all counted', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => call('burst')))
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(3)
})
