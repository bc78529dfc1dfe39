import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planGpuCost } from './plan-gpu-cost.ts'
import { planHold } from './plan-hold.ts'
import { planPromo } from './plan-promo.ts'
import { planSettlement } from './plan-settlement.ts'
import { planTopUp } from './plan-top-up.ts'
import type { TransferDraft } from './transfer-draft.ts'

const micros = fc.nat({ max: 1_000_000 })
const positive = fc.integer({ min: 1, max: 1_000_000 })

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

describe('a hold', () => {
  test('takes promo credit first and no more than there is, or says exactly what is missing', () => {
    fc.assert(
      fc.property(micros, micros, positive, (available, promo, amountMicros) => {
        const plan = planHold({ userId: 'u', holdId: 'h', amountMicros, balances: { available, promo } })
        if (!plan.ok) return plan.missingMicros === amountMicros - available - promo && plan.missingMicros > 0
        const change = effects(plan.transfers)
        const [fromPromo, fromAvailable] = [-(change['u:promo'] ?? 0), -(change['u:available'] ?? 0)]
        const promoFirst = fromPromo === plan.promoMicros && fromPromo === Math.min(promo, amountMicros)
        return promoFirst && fromAvailable <= available && change['u:held'] === amountMicros && isSound(plan.transfers)
      }),
    )
  })

  test('of nothing is refused', () => {
    const balances = { available: 5, promo: 5 }
    for (const amountMicros of [0, -1, 0.5]) {
      expect(() => planHold({ userId: 'u', holdId: 'h', amountMicros, balances })).toThrow(RangeError)
    }
  })
})

describe('a settlement', () => {
  const scenario = fc.tuple(positive, micros, micros, micros).map(([amountMicros, promo, capture, owedMicros]) => ({
    hold: { id: 'h', amountMicros, promoMicros: Math.min(amountMicros, promo) },
    captureMicros: Math.min(amountMicros, capture),
    owedMicros,
  }))

  test('empties the hold: capture first from promo, debt before available, promo back to promo', () => {
    fc.assert(
      fc.property(scenario, ({ hold, captureMicros, owedMicros }) => {
        const plan = planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros, owedMicros })
        const change = effects(plan.transfers)
        const at = (account: string) => change[account] ?? 0
        expect(at('u:held')).toBe(-hold.amountMicros)
        expect(at('system:revenue')).toBe(captureMicros)
        expect(at('u:promo')).toBe(Math.max(0, hold.promoMicros - captureMicros))
        const back = hold.amountMicros - captureMicros - at('u:promo')
        expect(at('u:receivable')).toBe(Math.min(owedMicros, back))
        expect(at('u:available')).toBe(back - at('u:receivable'))
        expect(plan.captureMicros + plan.releaseMicros).toBe(hold.amountMicros)
        expect(isSound(plan.transfers)).toBe(true)
      }),
    )
  })

  test('that returns money to the user rests on what the user owed', () => {
    const hold = { id: 'h', amountMicros: 10, promoMicros: 4 }
    const settle = (captureMicros: number) =>
      planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros, owedMicros: 3 }).transfers
    expect(settle(0).flatMap((draft) => draft.expects ?? [])).toEqual([
      { accountId: 'u:receivable', balanceMicros: -3 },
    ])
    expect(settle(10).flatMap((draft) => draft.expects ?? [])).toEqual([])
  })

  test('of more than was held is refused', () => {
    const hold = { id: 'h', amountMicros: 10, promoMicros: 0 }
    for (const captureMicros of [11, -1]) {
      const input = { userId: 'u', settlementId: 's', hold, captureMicros, owedMicros: 0 }
      expect(() => planSettlement(input)).toThrow(RangeError)
    }
  })
})

test('a top-up pays the debt first, and the payment is in the key of its first transfer however it is split', () => {
  fc.assert(
    fc.property(positive, micros, (amountMicros, owedMicros) => {
      const drafts = planTopUp({ userId: 'u', topUpId: 't', paymentIntentId: 'pi', amountMicros, owedMicros })
      const change = effects(drafts)
      expect(change['u:receivable'] ?? 0).toBe(Math.min(owedMicros, amountMicros))
      expect((change['u:receivable'] ?? 0) + (change['u:available'] ?? 0)).toBe(amountMicros)
      expect(drafts[0]?.idempotencyKey).toBe('top_up:pi')
      expect(isSound(drafts)).toBe(true)
    }),
  )
})

test('promo credit and GPU cost are ours to pay', () => {
  expect(effects(planPromo({ userId: 'u', grantId: 'g', amountMicros: 5 }))).toEqual({
    'system:promo_expense': -5,
    'u:promo': 5,
  })
  expect(effects(planGpuCost({ attemptId: 'a', amountMicros: 7 }))).toEqual({
    'system:gpu_cost': -7,
    'system:runpod_prepaid': 7,
  })
  expect(planGpuCost({ attemptId: 'a', amountMicros: 0 })).toEqual([])
})
