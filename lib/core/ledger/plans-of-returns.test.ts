import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocateRefund, MOST_PAYMENTS_PER_REQUEST, refundableCents } from './allocate-refund.ts'
import { BOOKED_BY_ENTRY, balanceMeaning, PAYMENT_TYPES, planBalanceEntry } from './plan-balance-entry.ts'
import { planGivenBack } from './plan-given-back.ts'
import { planRefund } from './plan-refund.ts'
import { planTakenBack } from './plan-taken-back.ts'
import { planWriteOff } from './plan-write-off.ts'
import { splitGross, taxWithCredit } from './split-tax.ts'
import type { TransferDraft } from './transfer-draft.ts'

const micros = fc.nat({ max: 1_000_000 })
const cents = fc.nat({ max: 50_000 })

/** Net change of each account. */
function effects(drafts: readonly TransferDraft[]): Record<string, number> {
  const change: Record<string, number> = {}
  for (const { debitAccountId, creditAccountId, amountMicros } of drafts) {
    change[debitAccountId] = (change[debitAccountId] ?? 0) - amountMicros
    change[creditAccountId] = (change[creditAccountId] ?? 0) + amountMicros
  }
  return change
}

function isSound(drafts: readonly TransferDraft[]): boolean {
  const keys = new Set(drafts.map((draft) => draft.idempotencyKey))
  return keys.size === drafts.length && drafts.every((draft) => draft.amountMicros > 0)
}

describe('allocating a refund', () => {
  const source = fc.record({
    topUpId: fc.uuid(),
    paidAtMs: fc.nat({ max: 1_000 }),
    creditCents: fc.nat({ max: 500 }),
    taxCents: fc.nat({ max: 50 }),
  })
  const sources = fc.uniqueArray(source, { maxLength: 14, selector: ({ topUpId }) => topUpId })

  test('gives exactly what was asked, newest payments first, each to its end before the next', () => {
    fc.assert(
      fc.property(sources, cents, (payments, wanted) => {
        const parts = allocateRefund(wanted, payments)
        if (!parts) return wanted > refundableCents(Number.MAX_SAFE_INTEGER, payments)
        const total = parts.reduce((sum, part) => sum + part.creditCents, 0)
        const used = parts.map((part) => payments.find(({ topUpId }) => topUpId === part.topUpId))
        const isNewestFirst = used.every((one, i) => i === 0 || (used[i - 1]?.paidAtMs ?? 0) >= (one?.paidAtMs ?? 0))
        const isToTheEnd = parts.slice(0, -1).every((part, i) => part.creditCents === used[i]?.creditCents)
        const isWithin = parts.every((part, i) => part.creditCents > 0 && part.taxCents <= (used[i]?.taxCents ?? -1))
        return total === wanted && isNewestFirst && isToTheEnd && isWithin && parts.length <= MOST_PAYMENTS_PER_REQUEST
      }),
    )
  })

  test('of payments of the same moment is the same whatever the order they are read in', () => {
    const at = (topUpId: string) => ({ topUpId, paidAtMs: 1, creditCents: 5, taxCents: 0 })
    expect(allocateRefund(7, [at('a'), at('b')])).toEqual(allocateRefund(7, [at('b'), at('a')]))
  })

  test('knows no part of a cent, no debt and no promotional credit', () => {
    const payment = { topUpId: 't', paidAtMs: 1, creditCents: 500, taxCents: 0 }
    expect(refundableCents(19_999, [payment])).toBe(1)
    expect(refundableCents(0, [payment])).toBe(0)
    expect(refundableCents(-5, [payment])).toBe(0)
    expect(refundableCents(99_000_000, [payment])).toBe(500)
  })
})

describe('tax', () => {
  test('goes back with its credit to the last cent, in however many parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat({ max: 900 }), fc.array(cents), (credit, tax, wishes) => {
        const left = { creditCents: credit, taxCents: tax }
        for (const wish of [...wishes, credit]) {
          const part = Math.min(wish, left.creditCents)
          const share = taxWithCredit(part, left)
          expect(share).toBeLessThanOrEqual(left.taxCents)
          left.creditCents -= part
          left.taxCents -= share
        }
        expect(left).toEqual({ creditCents: 0, taxCents: 0 })
      }),
    )
  })

  test('in an amount that contains it is its share, and never more than there is', () => {
    expect(splitGross(1_087, { creditCents: 1_000, taxCents: 87 })).toEqual({ creditCents: 1_000, taxCents: 87 })
    expect(splitGross(500, { creditCents: 1_000, taxCents: 87 })).toEqual({ creditCents: 460, taxCents: 40 })
    expect(splitGross(500, { creditCents: 500, taxCents: 0 })).toEqual({ creditCents: 500, taxCents: 0 })
    expect(splitGross(500, { creditCents: 0, taxCents: 0 })).toEqual({ creditCents: 500, taxCents: 0 })
    fc.assert(
      fc.property(cents, cents, cents, (gross, creditCents, taxCents) => {
        const split = splitGross(gross, { creditCents, taxCents })
        return split.creditCents + split.taxCents === gross && split.taxCents <= taxCents && split.creditCents >= 0
      }),
    )
  })
})

describe('a plan', () => {
  test('of a refund sets aside credit from available and its tax, and nothing of promo', () => {
    const drafts = planRefund({ userId: 'u', refundId: 'r', amountMicros: 70_000, taxMicros: 10_000 })
    expect(effects(drafts)).toEqual({
      'u:available': -70_000,
      'system:tax_payable': -10_000,
      'system:refund_pending': 80_000,
    })
    expect(drafts.map((draft) => [draft.kind, draft.idempotencyKey, draft.userId])).toEqual([
      ['refund', 'refund:r', 'u'],
      ['refund', 'refund:r:tax', null],
    ])
    for (const amountMicros of [0, -1, 0.5]) {
      expect(() => planRefund({ userId: 'u', refundId: 'r', amountMicros, taxMicros: 0 })).toThrow(RangeError)
    }
    expect(() => planRefund({ userId: 'u', refundId: 'r', amountMicros: 1, taxMicros: -1 })).toThrow(RangeError)
  })

  const cause = fc.constantFrom({ kind: 'refund', id: 'c' } as const, { kind: 'dispute', id: 'c' } as const)
  const other = { refund: 'system:refund_pending', dispute: 'system:stripe_clearing' } as const

  test('of what is taken back takes available first, and makes the rest a debt that rests on available', () => {
    fc.assert(
      fc.property(cause, micros, micros, micros, (given, amountMicros, taxMicros, availableMicros) => {
        const input = { userId: 'u', cause: given, idempotencyKey: 'k', amountMicros, taxMicros, availableMicros }
        const drafts = planTakenBack(input)
        const change = effects(drafts)
        const debt = Math.max(0, amountMicros - availableMicros)
        expect(change['u:available'] ?? 0).toBe(-(amountMicros - debt) || 0)
        expect(change['u:receivable'] ?? 0).toBe(-debt || 0)
        expect(change['system:tax_payable'] ?? 0).toBe(-taxMicros || 0)
        expect(change[other[given.kind]] ?? 0).toBe(amountMicros + taxMicros)
        expect(isSound(drafts)).toBe(true)
        expect(drafts.every((draft) => draft.kind === given.kind && draft.causeType === given.kind)).toBe(true)
        if (drafts.length > 0) expect(drafts[0]?.idempotencyKey).toBe('k')
        const expected = debt > 0 ? { accountId: 'u:available', balanceMicros: availableMicros } : null
        if (drafts.length > 0) expect(drafts[0]?.expects).toEqual(expected)
      }),
    )
  })

  test('of what is given back pays the debt first, and rests on it', () => {
    fc.assert(
      fc.property(cause, micros, micros, micros, (given, amountMicros, taxMicros, owedMicros) => {
        const input = { userId: 'u', cause: given, idempotencyKey: 'k', amountMicros, taxMicros, owedMicros }
        const drafts = planGivenBack(input)
        const change = effects(drafts)
        const paid = Math.min(owedMicros, amountMicros)
        expect(change['u:receivable'] ?? 0).toBe(paid)
        expect(change['u:available'] ?? 0).toBe(amountMicros - paid)
        expect(change['system:tax_payable'] ?? 0).toBe(taxMicros)
        expect(change[other[given.kind]] ?? 0).toBe(-(amountMicros + taxMicros) || 0)
        expect(isSound(drafts)).toBe(true)
        const kind = given.kind === 'refund' ? 'refund_failed' : 'dispute_reversal'
        expect(drafts.every((draft) => draft.kind === kind && draft.causeId === 'c')).toBe(true)
        const balanceMicros = -owedMicros || 0
        if (drafts.length > 0) expect(drafts[0]?.idempotencyKey).toBe('k')
        if (drafts.length > 0) expect(drafts[0]?.expects).toEqual({ accountId: 'u:receivable', balanceMicros })
      }),
    )
  })

  test('of a negative amount is refused', () => {
    const base = { userId: 'u', cause: { kind: 'refund', id: 'c' }, idempotencyKey: 'k' } as const
    for (const wrong of [
      { amountMicros: -1, taxMicros: 0 },
      { amountMicros: 1, taxMicros: -1 },
    ]) {
      expect(() => planTakenBack({ ...base, ...wrong, availableMicros: 5 })).toThrow(RangeError)
      expect(() => planGivenBack({ ...base, ...wrong, owedMicros: 5 })).toThrow(RangeError)
    }
  })

  test('of a write-off ends the whole debt and rests on it', () => {
    const drafts = planWriteOff({ userId: 'u', decisionId: 'd', owedMicros: 7 })
    expect(effects(drafts)).toEqual({ 'system:bad_debt': -7, 'u:receivable': 7 })
    expect(drafts).toMatchObject([
      {
        kind: 'write_off',
        idempotencyKey: 'write_off:d',
        userId: 'u',
        expects: { accountId: 'u:receivable', balanceMicros: -7 },
      },
    ])
    expect(() => planWriteOff({ userId: 'u', decisionId: 'd', owedMicros: 0 })).toThrow(RangeError)
  })
})

describe('a movement of Stripe’s balance', () => {
  const entry = (type: string, amountCents: number, feeCents = 0, sourceId: string | null = 'x_1') => ({
    id: 'txn_1',
    type,
    sourceId,
    amountCents,
    feeCents,
  })

  test.each([
    ['a card payment', entry('charge', 1_000, 59), { stripe_fees: -59, stripe_clearing: 59 }],
    ['a refund', entry('refund', -400), { refund_pending: -400, stripe_clearing: 400 }],
    ['a refund that came back', entry('refund_failure', 400), { refund_pending: 400, stripe_clearing: -400 }],
    ['a payout', entry('payout', -300), { bank: -300, stripe_clearing: 300 }],
    ['a payout that came back', entry('payout_failure', 300), { bank: 300, stripe_clearing: -300 }],
    ['a chargeback’s fee', entry('adjustment', -1_000, 1_500, 'du_1'), { stripe_fees: -1_500, stripe_clearing: 1_500 }],
    ['a fee given back', entry('adjustment', 1_000, -1_500, 'dp_1'), { stripe_fees: 1_500, stripe_clearing: -1_500 }],
    ['a fee of its own', entry('stripe_fee', -12), { stripe_fees: -12, stripe_clearing: 12 }],
    ['something new', entry('imagined', -12, 3), { stripe_fees: -3, stripe_clearing: 3 }],
  ])('%s books what no event books', (_name, given, expected) => {
    const drafts = planBalanceEntry(given)
    const inMicros = Object.entries(expected).map(([name, amount]) => [`system:${name}`, amount * 10_000])
    expect(effects(drafts)).toEqual(Object.fromEntries(inMicros))
    expect(drafts.every((draft) => draft.userId === null && draft.idempotencyKey.includes('txn_1'))).toBe(true)
    expect(isSound(drafts)).toBe(true)
  })

  test('has one meaning, and a dispute is told by its source', () => {
    for (const type of PAYMENT_TYPES) expect(balanceMeaning({ type, sourceId: 'ch_1' })).toBe('payment')
    for (const type of BOOKED_BY_ENTRY) expect(balanceMeaning({ type, sourceId: 'x' })).toMatch(/refund|payout|fee/)
    expect(balanceMeaning({ type: 'adjustment', sourceId: 'du_1' })).toBe('dispute')
    expect(balanceMeaning({ type: 'adjustment', sourceId: null })).toBe('unknown')
    expect(balanceMeaning({ type: 'reserve_hold', sourceId: null })).toBe('unknown')
  })
})
