import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MIN_PART_BYTES } from '#lib/contracts/api/uploads.ts'
import { partBytesFor, partRange, partsTotal } from './plan-parts.ts'

test('any file is covered exactly once by at most 10,000 parts of a size the store accepts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 * 1024 ** 4 }), (fileBytes) => {
      const partBytes = partBytesFor(fileBytes)
      const total = partsTotal(fileBytes, partBytes)
      expect(partBytes).toBeGreaterThanOrEqual(MIN_PART_BYTES)
      expect(total).toBeLessThanOrEqual(10_000)
      expect(partRange(1, fileBytes, partBytes).start).toBe(0)
      expect(partRange(total, fileBytes, partBytes).end).toBe(fileBytes)
      const last = partRange(total, fileBytes, partBytes)
      expect(last.end - last.start).toBeGreaterThan(0)
      if (total > 1) expect(partRange(total - 1, fileBytes, partBytes).end).toBe(last.start)
    }),
  )
})

test('parts stay at 8 MiB until 10,000 of them no longer suffice', () => {
  expect(partBytesFor(20 * 1024 ** 3)).toBe(8 * 1024 ** 2)
  expect(partBytesFor(10_000 * 8 * 1024 ** 2)).toBe(8 * 1024 ** 2)
  expect(partBytesFor(10_000 * 8 * 1024 ** 2 + 1)).toBe(9 * 1024 ** 2)
})
