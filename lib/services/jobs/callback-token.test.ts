import { expect, test } from 'vitest'
import type { Settings } from '#lib/services/context.ts'
import { signCallbackToken, verifyCallbackToken } from './callback-token.ts'

const settings = (...callbackSecrets: [string, ...string[]]) => ({ callbackSecrets }) as unknown as Settings
const now = settings('new-secret', 'old-secret')
const EXPIRY = 1_900_000_000_000

test('a token is good for its own attempt until it expires', async () => {
  const token = await signCallbackToken(now, 'att_1', EXPIRY)
  expect(await verifyCallbackToken(now, 'att_1', token, EXPIRY - 1)).toBe(true)
  expect(await verifyCallbackToken(now, 'att_1', token, EXPIRY)).toBe(false)
  expect(await verifyCallbackToken(now, 'att_2', token, EXPIRY - 1)).toBe(false)
})

test('after a rotation tokens of the previous secret still hold, those of one before do not', async () => {
  const token = await signCallbackToken(settings('old-secret'), 'att_1', EXPIRY)
  expect(await verifyCallbackToken(now, 'att_1', token, 0)).toBe(true)
  expect(await verifyCallbackToken(settings('new-secret'), 'att_1', token, 0)).toBe(false)
})

test('a later expiry cannot be written into a token', async () => {
  const token = await signCallbackToken(now, 'att_1', EXPIRY)
  const [, signature] = token.split('.')
  expect(await verifyCallbackToken(now, 'att_1', `${(EXPIRY + 1).toString(36)}.${signature}`, 0)).toBe(false)
})

test.each(['', '.', 'x', 'zzzzzzzzzzzz.AAAA', 'a.b.c', '1.!!!!', `${EXPIRY.toString(36)}.`])(
  '%j is no token',
  async (token) => {
    expect(await verifyCallbackToken(now, 'att_1', token, 0)).toBe(false)
  },
)
