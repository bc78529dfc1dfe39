import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planGoodwill } from '#lib/core/ledger/plan-goodwill.ts'
import { decideGoodwill, type GoodwillFacts, mostMicros } from './goodwill.ts'
import { mailboxOf } from './mailbox.ts'
import { spendDay, spendMonth } from './spend-day.ts'

const DAY_MS = 86_400_000
const limits = { days: 14, count: 3, shareBps: 2_500, floorMicros: 200 }
const facts: GoodwillFacts = {
  succeeded: true,
  finishedAtMs: 0,
  captureMicros: 100,
  frozen: false,
  refundedCount: 0,
  refundedMicros: 0,
  capturedMicros: 100,
}
const decide = (change: Partial<GoodwillFacts>, nowMs = 0) => decideGoodwill(limits, { ...facts, ...change }, nowMs)

test('a first job is given back until the fourteenth day is over', () => {
  expect(decide({}, 14 * DAY_MS - 1)).toEqual({ ok: true, untilMs: 14 * DAY_MS })
  expect(decide({}, 14 * DAY_MS)).toEqual({ ok: false, refusal: 'too_late' })
})

test.each([
  ['a job that did not finish', { succeeded: false }, 'not_finished'],
  ['a job that cost nothing', { captureMicros: 0 }, 'free'],
  ['a frozen wallet', { frozen: true }, 'frozen'],
  ['a fourth time in a month', { refundedCount: 3 }, 'too_many'],
  ['more than the floor of someone who paid little', { captureMicros: 201 }, 'too_much'],
  [
    'more than a quarter of what was paid',
    { captureMicros: 300, refundedMicros: 201, capturedMicros: 2_000 },
    'too_much',
  ],
])('refused: %s', (_what, change, refusal) => {
  expect(decide(change)).toEqual({ ok: false, refusal })
})

test('exactly the floor, exactly a quarter and the third time are fine; a count of zero switches it off', () => {
  expect(decide({ captureMicros: 200 }).ok).toBe(true)
  expect(decide({ captureMicros: 300, refundedMicros: 200, capturedMicros: 2_000 }).ok).toBe(true)
  expect(decide({ refundedCount: 2 }).ok).toBe(true)
  expect(decideGoodwill({ ...limits, count: 0 }, facts, 0)).toEqual({ ok: false, refusal: 'off' })
  expect(mostMicros(limits, 2_003)).toBe(500)
})

test('a capture goes back where it came from, debt first, promo to promo', () => {
  const micros = fc.integer({ min: 1, max: 1_000_000 })
  fc.assert(
    fc.property(micros, fc.nat(1_000_000), fc.nat(1_000_000), (captureMicros, promo, owedMicros) => {
      const promoMicros = Math.min(promo, captureMicros)
      const ids = { userId: 'u', refundId: 'g', holdId: 'h' }
      const drafts = planGoodwill({ ...ids, captureMicros, promoMicros, owedMicros })
      const to = (account: string) =>
        drafts.filter((draft) => draft.creditAccountId === account).reduce((sum, draft) => sum + draft.amountMicros, 0)
      expect(drafts.every((draft) => draft.debitAccountId === 'system:revenue' && draft.amountMicros > 0)).toBe(true)
      expect(to('u:promo')).toBe(promoMicros)
      expect(to('u:receivable')).toBe(Math.min(owedMicros, captureMicros - promoMicros))
      expect(to('u:promo') + to('u:receivable') + to('u:available')).toBe(captureMicros)
      expect(new Set(drafts.map((draft) => draft.idempotencyKey)).size).toBe(drafts.length)
    }),
  )
})

test('nothing, or more promo than was paid, is not given back', () => {
  const ids = { userId: 'u', refundId: 'g', holdId: 'h', owedMicros: 0 }
  expect(() => planGoodwill({ ...ids, captureMicros: 0, promoMicros: 0 })).toThrow(RangeError)
  expect(() => planGoodwill({ ...ids, captureMicros: 5, promoMicros: 6 })).toThrow(RangeError)
})

test('a day and a month are whole, and hold the moment they are asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (nowMs) => {
      for (const { startsAtMs, endsAtMs } of [spendDay(nowMs), spendMonth(nowMs)]) {
        expect(startsAtMs <= nowMs && nowMs < endsAtMs).toBe(true)
        expect([startsAtMs % DAY_MS, endsAtMs % DAY_MS]).toEqual([0, 0])
      }
    }),
  )
  expect(spendMonth(Date.UTC(2026, 11, 31, 23)).endsAtMs).toBe(Date.UTC(2027, 0, 1))
})

test('spellings of one mailbox are one', () => {
  expect(mailboxOf('Ann.Lee+reels@GoogleMail.com')).toBe('annlee@gmail.com')
  expect(mailboxOf('ann.lee+x@Example.org')).toBe('ann.lee@example.org')
  expect(mailboxOf('ann.lee@example.org')).not.toBe(mailboxOf('annlee@example.org'))
})
