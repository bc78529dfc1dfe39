import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributeFunding } from './attribute-funding.ts'

const topUps = [
  { topUpId: 'a', micros: 100 },
  { topUpId: 'b', micros: 50 },
]

test('the oldest credit is spent first, and a capture may take from two', () => {
  const attribute = (usedBeforeMicros: number, captureMicros: number) =>
    attributeFunding({ oldestFirst: topUps, usedBeforeMicros, captureMicros })
  expect(attribute(0, 30)).toEqual({ parts: [{ topUpId: 'a', partMicros: 30 }], otherMicros: 0 })
  expect(attribute(90, 30)).toEqual({
    parts: [
      { topUpId: 'a', partMicros: 10 },
      { topUpId: 'b', partMicros: 20 },
    ],
    otherMicros: 0,
  })
  expect(attribute(140, 30)).toEqual({ parts: [{ topUpId: 'b', partMicros: 10 }], otherMicros: 20 })
  expect(attribute(1_000, 30)).toEqual({ parts: [], otherMicros: 30 })
})

test('captures one after another use up every top-up exactly once', () => {
  const micros = fc.integer({ min: 1, max: 1_000 })
  fc.assert(
    fc.property(fc.array(micros, { maxLength: 8 }), fc.array(micros, { maxLength: 20 }), (paid, captures) => {
      const oldestFirst = paid.map((amount, i) => ({ topUpId: `${i}`, micros: amount }))
      const used = new Map<string, number>()
      let usedBeforeMicros = 0
      let other = 0
      for (const captureMicros of captures) {
        const { parts, otherMicros } = attributeFunding({ oldestFirst, usedBeforeMicros, captureMicros })
        expect(parts.reduce((sum, part) => sum + part.partMicros, otherMicros)).toBe(captureMicros)
        for (const { topUpId, partMicros } of parts) used.set(topUpId, (used.get(topUpId) ?? 0) + partMicros)
        usedBeforeMicros += captureMicros
        other += otherMicros
      }
      for (const { topUpId, micros: amount } of oldestFirst) expect(used.get(topUpId) ?? 0).toBeLessThanOrEqual(amount)
      const all = captures.reduce((sum, amount) => sum + amount, 0)
      expect(other).toBe(Math.max(0, all - paid.reduce((sum, amount) => sum + amount, 0)))
    }),
  )
})
