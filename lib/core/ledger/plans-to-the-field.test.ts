import { describe, expect, test } from 'vitest'
import { owedMicros } from './accounts.ts'
import { balanceMeaning, planBalanceEntry } from './plan-balance-entry.ts'
import { planForfeit } from './plan-forfeit.ts'
import { planGivenBack } from './plan-given-back.ts'
import { planGoodwill } from './plan-goodwill.ts'
import { planGpuCost } from './plan-gpu-cost.ts'
import { planHold } from './plan-hold.ts'
import { planPromo } from './plan-promo.ts'
import { planRefund } from './plan-refund.ts'
import { planSettlement } from './plan-settlement.ts'
import { planTakenBack } from './plan-taken-back.ts'
import { planTopUp } from './plan-top-up.ts'
import { planWriteOff } from './plan-write-off.ts'
import type { TransferDraft } from './transfer-draft.ts'

/** `kind debit→credit amount key`, and what else a row says when it is not nothing. */
function lines(drafts: readonly TransferDraft[]): string[] {
  return drafts.map((draft) => {
    const { kind, debitAccountId, creditAccountId, amountMicros, idempotencyKey, ...more } = draft
    const rest = [more.causeType, more.causeId, more.userId, more.holdId, more.settlementId]
    const expects = more.expects ? ` if ${more.expects.accountId} is ${more.expects.balanceMicros}` : ''
    return `${kind} ${debitAccountId}→${creditAccountId} ${amountMicros} ${idempotencyKey} (${rest.join(' ')})${expects}`
  })
}

describe('every field of every plan', () => {
  test('a hold', () => {
    const balances = { available: 100, promo: 30 }
    const plan = planHold({ userId: 'u', holdId: 'h', amountMicros: 100, balances })
    expect(plan).toMatchObject({ ok: true, promoMicros: 30 })
    expect(lines(plan.ok ? plan.transfers : [])).toEqual([
      'hold u:promo→u:held 30 hold:h:promo (hold h u h )',
      'hold u:available→u:held 70 hold:h:available (hold h u h )',
    ])
    expect(planHold({ userId: 'u', holdId: 'h', amountMicros: 131, balances })).toEqual({
      ok: false,
      missingMicros: 1,
      spendableMicros: 130,
    })
    expect(planHold({ userId: 'u', holdId: 'h', amountMicros: 130, balances }).ok).toBe(true)
    const nothing = () => planHold({ userId: 'u', holdId: 'h', amountMicros: 0, balances })
    expect(nothing).toThrow(new RangeError('A hold of 0 micros holds nothing'))
  })

  test('a settlement', () => {
    const hold = { id: 'h', amountMicros: 100, promoMicros: 30 }
    const plan = planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros: 20, owedMicros: 15 })
    expect(lines(plan.transfers)).toEqual([
      'capture u:held→system:revenue 20 capture:h (hold h u h s)',
      'release u:held→u:promo 10 release:h:promo (hold h u h s)',
      'release u:held→u:receivable 15 release:h:receivable (hold h u h s) if u:receivable is -15',
      'release u:held→u:available 55 release:h:available (hold h u h s)',
    ])
    expect(plan).toMatchObject({ captureMicros: 20, releaseMicros: 80 })
    const clean = planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros: 40, owedMicros: 0 })
    expect(lines(clean.transfers)).toEqual([
      'capture u:held→system:revenue 40 capture:h (hold h u h s)',
      'release u:held→u:available 60 release:h:available (hold h u h s) if u:receivable is 0',
    ])
    // Not −0: the balance is compared as it is written.
    expect(Object.is(clean.transfers[1]?.expects?.balanceMicros, 0)).toBe(true)
    for (const captureMicros of [-1, 101]) {
      const wrong = () => planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros, owedMicros: 0 })
      expect(wrong).toThrow(new RangeError(`Cannot capture ${captureMicros} of a hold of 100 micros`))
    }
    for (const captureMicros of [0, 100]) {
      const whole = planSettlement({ userId: 'u', settlementId: 's', hold, captureMicros, owedMicros: 0 })
      expect(whole.releaseMicros).toBe(100 - captureMicros)
    }
  })

  test('a top-up', () => {
    const payment = { userId: 'u', topUpId: 't', paymentIntentId: 'pi', amountMicros: 50 }
    expect(lines(planTopUp({ ...payment, owedMicros: 20 }))).toEqual([
      'top_up system:stripe_clearing→u:receivable 20 top_up:pi (top_up t u  ) if u:receivable is -20',
      'top_up system:stripe_clearing→u:available 30 top_up:pi:rest (top_up t u  )',
    ])
    expect(lines(planTopUp({ ...payment, owedMicros: 0 }))).toEqual([
      'top_up system:stripe_clearing→u:available 50 top_up:pi (top_up t u  ) if u:receivable is 0',
    ])
    expect(Object.is(planTopUp({ ...payment, owedMicros: 0 })[0]?.expects?.balanceMicros, 0)).toBe(true)
    for (const amountMicros of [0, -1]) {
      const nothing = () => planTopUp({ ...payment, amountMicros, owedMicros: 0 })
      expect(nothing).toThrow(new RangeError(`A top-up of ${amountMicros} micros adds nothing`))
    }
  })

  test('promo credit, GPU cost, forfeited credit and a debt that is written off', () => {
    expect(lines(planPromo({ userId: 'u', grantId: 'g', amountMicros: 5 }))).toEqual([
      'promo system:promo_expense→u:promo 5 promo:g (promo g u  )',
    ])
    expect(() => planPromo({ userId: 'u', grantId: 'g', amountMicros: 0 })).toThrow(
      new RangeError('A promotion of 0 micros gives nothing'),
    )
    expect(lines(planGpuCost({ attemptId: 'a', amountMicros: 7 }))).toEqual([
      'gpu_cost system:gpu_cost→system:runpod_prepaid 7 gpu_cost:a (attempt a   )',
    ])
    expect(planGpuCost({ attemptId: 'a', amountMicros: 0 })).toEqual([])
    expect(() => planGpuCost({ attemptId: 'a', amountMicros: -1 })).toThrow(
      new RangeError('GPU time cannot cost -1 micros'),
    )
    expect(lines(planForfeit({ userId: 'u', balances: { available: 9, promo: 4 }, agreedMicros: 8 }))).toEqual([
      'adjustment u:promo→system:promo_expense 4 closing:u:promo (closing u u  )',
      'adjustment u:available→system:adjustments 8 closing:u:available (closing u u  )',
    ])
    expect(lines(planWriteOff({ userId: 'u', decisionId: 'd', owedMicros: 6 }))).toEqual([
      'write_off system:bad_debt→u:receivable 6 write_off:d (admin d u  ) if u:receivable is -6',
    ])
    expect(() => planWriteOff({ userId: 'u', decisionId: 'd', owedMicros: 0 })).toThrow(
      new RangeError('There is no debt of 0 micros to write off'),
    )
  })

  test('a refund that was asked for', () => {
    const refund = { userId: 'u', refundId: 'r' }
    expect(lines(planRefund({ ...refund, amountMicros: 100, taxMicros: 19 }))).toEqual([
      'refund u:available→system:refund_pending 100 refund:r (refund r u  )',
      'refund system:tax_payable→system:refund_pending 19 refund:r:tax (refund r   )',
    ])
    expect(planRefund({ ...refund, amountMicros: 100, taxMicros: 0 })).toHaveLength(1)
    expect(() => planRefund({ ...refund, amountMicros: 0, taxMicros: 0 })).toThrow(
      new RangeError('A refund of 0 micros'),
    )
    expect(() => planRefund({ ...refund, amountMicros: 1, taxMicros: -1 })).toThrow(
      new RangeError('A refund of 1 micros'),
    )
  })

  test('what somebody else took back', () => {
    const taken = { userId: 'u', idempotencyKey: 'k', amountMicros: 100, taxMicros: 19 }
    const cause = { kind: 'dispute', id: 'd' } as const
    expect(lines(planTakenBack({ ...taken, cause, availableMicros: 60 }))).toEqual([
      'dispute u:available→system:stripe_clearing 60 k (dispute d u  ) if u:available is 60',
      'dispute u:receivable→system:stripe_clearing 40 k:2 (dispute d u  )',
      'dispute system:tax_payable→system:stripe_clearing 19 k:3 (dispute d   )',
    ])
    expect(lines(planTakenBack({ ...taken, cause: { kind: 'refund', id: 'r' }, availableMicros: 100 }))).toEqual([
      'refund u:available→system:refund_pending 100 k (refund r u  )',
      'refund system:tax_payable→system:refund_pending 19 k:2 (refund r   )',
    ])
    expect(planTakenBack({ ...taken, cause, amountMicros: 0, taxMicros: 0, availableMicros: 0 })).toEqual([])
    for (const wrong of [{ amountMicros: -1 }, { taxMicros: -1 }]) {
      const call = () => planTakenBack({ ...taken, cause, availableMicros: 0, ...wrong })
      expect(call).toThrow(new RangeError(`Taking back ${{ ...taken, ...wrong }.amountMicros} micros`))
    }
  })

  test('what comes back', () => {
    const back = { userId: 'u', idempotencyKey: 'k', amountMicros: 100, taxMicros: 19 }
    expect(lines(planGivenBack({ ...back, cause: { kind: 'dispute', id: 'd' }, owedMicros: 30 }))).toEqual([
      'dispute_reversal system:stripe_clearing→u:receivable 30 k (dispute d u  ) if u:receivable is -30',
      'dispute_reversal system:stripe_clearing→u:available 70 k:2 (dispute d u  )',
      'dispute_reversal system:stripe_clearing→system:tax_payable 19 k:3 (dispute d   )',
    ])
    const refund = planGivenBack({ ...back, cause: { kind: 'refund', id: 'r' }, owedMicros: 0 })
    expect(lines(refund)).toEqual([
      'refund_failed system:refund_pending→u:available 100 k (refund r u  ) if u:receivable is 0',
      'refund_failed system:refund_pending→system:tax_payable 19 k:2 (refund r   )',
    ])
    expect(Object.is(refund[0]?.expects?.balanceMicros, 0)).toBe(true)
    for (const wrong of [{ amountMicros: -1 }, { taxMicros: -1 }]) {
      const call = () => planGivenBack({ ...back, cause: { kind: 'refund', id: 'r' }, owedMicros: 0, ...wrong })
      expect(call).toThrow(new RangeError(`Giving back ${{ ...back, ...wrong }.amountMicros} micros`))
    }
    expect(
      planGivenBack({ ...back, cause: { kind: 'refund', id: 'r' }, amountMicros: 0, taxMicros: 0, owedMicros: 0 }),
    ).toEqual([])
  })

  test('a capture that is given back', () => {
    const given = { userId: 'u', refundId: 'g', holdId: 'h', captureMicros: 100, promoMicros: 40 }
    expect(lines(planGoodwill({ ...given, owedMicros: 25 }))).toEqual([
      'adjustment system:revenue→u:receivable 25 goodwill:h:receivable (goodwill g u h ) if u:receivable is -25',
      'adjustment system:revenue→u:available 35 goodwill:h:available (goodwill g u h )',
      'adjustment system:revenue→u:promo 40 goodwill:h:promo (goodwill g u h )',
    ])
    expect(Object.is(planGoodwill({ ...given, owedMicros: 0 })[0]?.expects?.balanceMicros, 0)).toBe(true)
    expect(planGoodwill({ ...given, promoMicros: 100, owedMicros: 0 })).toHaveLength(1)
    expect(planGoodwill({ ...given, promoMicros: 0, owedMicros: 0 })).toHaveLength(1)
    for (const wrong of [{ captureMicros: 0, promoMicros: 0 }, { promoMicros: -1 }, { promoMicros: 101 }]) {
      const { captureMicros, promoMicros } = { ...given, ...wrong }
      const message = `Cannot give back ${captureMicros} micros, ${promoMicros} of them to promo`
      expect(() => planGoodwill({ ...given, ...wrong, owedMicros: 0 })).toThrow(new RangeError(message))
    }
  })

  test('an entry of Stripe’s balance', () => {
    const entry = { id: 'txn', sourceId: null, amountCents: -500, feeCents: 3 }
    expect(lines(planBalanceEntry({ ...entry, type: 'refund' }))).toEqual([
      'refund system:refund_pending→system:stripe_clearing 5000000 refund:txn (balance_entry txn   )',
      'fee system:stripe_fees→system:stripe_clearing 30000 fee:txn:own (balance_entry txn   )',
    ])
    expect(lines(planBalanceEntry({ ...entry, type: 'payout_cancel', amountCents: 500, feeCents: 0 }))).toEqual([
      'payout system:stripe_clearing→system:bank 5000000 payout:txn (balance_entry txn   )',
    ])
    expect(lines(planBalanceEntry({ ...entry, type: 'stripe_fee', feeCents: -3 }))).toEqual([
      'fee system:stripe_fees→system:stripe_clearing 5000000 fee:txn (balance_entry txn   )',
      'fee system:stripe_clearing→system:stripe_fees 30000 fee:txn:own (balance_entry txn   )',
    ])
    expect(planBalanceEntry({ ...entry, type: 'charge', feeCents: 0 })).toEqual([])
  })

  test.each([
    ['charge', null, 'payment'],
    ['payment', null, 'payment'],
    ['payment_failure_refund', null, 'payment'],
    ['payment_reversal', null, 'payment'],
    ['refund', null, 'refund'],
    ['payment_refund', null, 'refund'],
    ['refund_failure', null, 'refund'],
    ['payout', null, 'payout'],
    ['payout_cancel', null, 'payout'],
    ['payout_failure', null, 'payout'],
    ['topup', null, 'payout'],
    ['topup_reversal', null, 'payout'],
    ['stripe_fee', null, 'fee'],
    ['stripe_fx_fee', null, 'fee'],
    ['tax_fee', null, 'fee'],
    ['adjustment', 'du_1', 'dispute'],
    ['adjustment', 'dp_1', 'dispute'],
    ['adjustment', 'x_dp_1', 'unknown'],
    ['adjustment', null, 'unknown'],
    ['transfer', 'dp_1', 'unknown'],
  ] as const)('an entry of type %s about %s is a %s', (type, sourceId, meaning) => {
    expect(balanceMeaning({ type, sourceId })).toBe(meaning)
  })

  test('a debt is a number that is never negative', () => {
    expect([owedMicros({ receivable: -5 }), owedMicros({ receivable: 0 }), owedMicros({ receivable: 5 })]).toEqual([
      5, 0, 0,
    ])
  })
})
