import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_VERSIONS, versionsToDrop } from './thin-versions.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 5, 1, 12)

function left(agesMin: readonly number[]): number[] {
  const versions = agesMin.map((age, revision) => ({ revision, savedAtMs: NOW - age * MINUTE }))
  const dropped = new Set(versionsToDrop(versions, NOW))
  return agesMin.filter((_, revision) => !dropped.has(revision))
}

test('of the last hour everything stays, of the day one an hour, of the month one a day', () => {
  expect(left([0.5, 1, 2, 6, 7])).toEqual([0.5, 1, 2, 6, 7])
  expect(left([1, 61, 70, 200])).toEqual([1, 61, 200])
  expect(left([1, 1500, 1510, 5000])).toEqual([1, 1500, 5000])
})

test('what is older than a month goes, but never the newest of all', () => {
  expect(left([50_000, 60_000])).toEqual([50_000])
})

test('property: thinning is bounded, keeps the newest and, done twice, drops nothing more', () => {
  const ages = fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 400 })
  fc.assert(
    fc.property(ages, (list) => {
      const stayed = left(list)
      expect(stayed.length).toBeLessThanOrEqual(MAX_VERSIONS)
      expect(stayed).toContain(Math.min(...list))
      expect(left(stayed)).toEqual(stayed)
    }),
  )
})
