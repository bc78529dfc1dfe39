import { expect, test } from 'vitest'
import { sameSecret } from './same-secret.ts'

test('only the same text is the same secret', async () => {
  expect(await sameSecret('Bearer abc', 'Bearer abc')).toBe(true)
  expect(await sameSecret('Bearer abd', 'Bearer abc')).toBe(false)
  expect(await sameSecret('', 'Bearer abc')).toBe(false)
  expect(await sameSecret('Bearer abcabc', 'Bearer abc')).toBe(false)
})
