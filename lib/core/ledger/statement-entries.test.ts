import { describe, expect, test } from 'vitest'
import { TRANSFER_KINDS } from '#lib/contracts/api/wallet.ts'
import { runBalance, type StatementRow, statementEntries } from './statement-entries.ts'

const row = (change: Partial<StatementRow>): StatementRow => ({
  id: 'p.1',
  kind: 'top_up',
  debitAccountId: 'system:stripe_clearing',
  creditAccountId: 'u:available',
  amountMicros: 100,
  causeType: 'top_up',
  causeId: 't',
  createdAtMs: 7,
  jobId: null,
  task: null,
  clip: null,
  topUp: null,
  ...change,
})

const only = (...rows: StatementRow[]) => {
  const entries = statementEntries('u', rows)
  expect(entries).toHaveLength(1)
  return entries[0]
}

describe('rows of one plan and kind are one entry', () => {
  test('with the sum of what can be spent, and the id of the oldest row', () => {
    const rows = [
      row({ id: 'p.2', amountMicros: 30 }),
      row({ id: 'p.1', creditAccountId: 'u:receivable', amountMicros: 20_000 }),
    ]
    expect(only(...rows)).toEqual({
      entry: {
        id: 'p.1',
        at_ms: 7,
        kind: 'top_up',
        label: 'Top-up (2.00 credits paid what was owed)',
        detail: null,
        spendable_change_micros: 30,
        spendable_after_micros: null,
        held_change_micros: 0,
        job_id: null,
        top_up_id: 't',
      },
      lastRow: rows[1],
    })
  })

  test('promo and available are spent alike, held is counted apart', () => {
    const hold = {
      kind: 'hold',
      causeType: 'hold',
      causeId: 'h',
      jobId: 'j',
      task: 'upscale',
      creditAccountId: 'u:held',
    } as const
    const entry = only(
      row({ ...hold, id: 'p.2', debitAccountId: 'u:available', amountMicros: 5 }),
      row({ ...hold, id: 'p.1', debitAccountId: 'u:promo', amountMicros: 3 }),
    )?.entry
    expect(entry).toMatchObject({ spendable_change_micros: -8, held_change_micros: 8, job_id: 'j', top_up_id: null })
  })

  test('another plan, kind or cause is another entry', () => {
    const count = (...rows: StatementRow[]) => statementEntries('u', rows).length
    expect(count(row({ id: 'p.2' }), row({ id: 'p.1' }))).toBe(1)
    expect(count(row({ id: 'q.1' }), row({ id: 'p.1' }))).toBe(2)
    expect(count(row({ id: 'p.2', kind: 'promo' }), row({ id: 'p.1' }))).toBe(2)
    expect(count(row({ id: 'p.2', causeId: 'other' }), row({ id: 'p.1' }))).toBe(2)
    expect(count(row({ id: 'p.x.2' }), row({ id: 'p.x.1' }), row({ id: 'p.y.1' }))).toBe(2)
    expect(count()).toBe(0)
  })

  test('accounts of others count for nothing', () => {
    const entry = only(row({ debitAccountId: 'system:bank', creditAccountId: 'v:available' }))?.entry
    expect(entry).toMatchObject({ spendable_change_micros: 0, held_change_micros: 0 })
  })
})

describe('the words', () => {
  const label = (change: Partial<StatementRow>) => only(row(change))?.entry.label

  test('of every kind', () => {
    const words = Object.fromEntries(TRANSFER_KINDS.map((kind) => [kind, label({ kind, task: 'upscale' })]))
    expect(words).toMatchInlineSnapshot(`
      {
        "adjustment": "Correction by our team",
        "capture": "Paid for Upscale",
        "dispute": "Disputed payment, taken back by the bank",
        "dispute_reversal": "Disputed payment, returned by the bank",
        "fee": "Payment fee",
        "gpu_cost": "GPU cost",
        "hold": "Set aside for Upscale",
        "payout": "Payout",
        "promo": "Promotional credit",
        "refund": "Refund to where it was paid from",
        "refund_failed": "Refund that did not go through, returned",
        "release": "Not needed for Upscale, returned",
        "top_up": "Top-up",
        "write_off": "Debt written off",
      }
    `)
    expect(label({ kind: 'capture', task: null })).toBe('Paid for a job')
  })

  test('a debt that is made, paid or given up', () => {
    const dispute = { kind: 'dispute', debitAccountId: 'u:receivable', creditAccountId: 'system:x' } as const
    expect(label(dispute)).toBe('Disputed payment, taken back by the bank (0.01 credits of it are now owed)')
    expect(label({ kind: 'write_off', creditAccountId: 'u:receivable' })).toBe('Debt written off')
    expect(label({ kind: 'release', creditAccountId: 'u:receivable', amountMicros: 100 })).toBe(
      'Not needed for a job, returned (0.01 credits paid what was owed)',
    )
  })

  test('goodwill and automatic top-ups have words of their own', () => {
    expect(label({ kind: 'adjustment', causeType: 'goodwill', task: 'upscale' })).toBe(
      'Given back: not happy with Upscale',
    )
    expect(label({ kind: 'adjustment' })).toBe('Correction by our team')
    expect(label({ topUp: { source: 'auto', paidWith: null } })).toBe('Automatic top-up')
    expect(label({ topUp: { source: 'checkout', paidWith: null } })).toBe('Top-up')
    expect(label({ kind: 'promo', topUp: { source: 'auto', paidWith: null } })).toBe('Promotional credit')
  })

  test('the detail is the clip, else what was paid with', () => {
    const topUp = { source: 'checkout', paidWith: 'Visa •••• 4242' } as const
    const detail = (change: Partial<StatementRow>) => only(row(change))?.entry.detail
    expect(detail({ clip: 'match.mp4', topUp })).toBe('match.mp4')
    expect(detail({ topUp })).toBe('Visa •••• 4242')
  })
})

test('what could be spent after each entry is counted back from the newest', () => {
  const entries = statementEntries('u', [
    row({ id: 'c.1', amountMicros: 5 }),
    row({ id: 'b.1', amountMicros: 7, debitAccountId: 'u:available', creditAccountId: 'u:held', kind: 'hold' }),
    row({ id: 'a.1', amountMicros: 30 }),
  ]).map(({ entry }) => entry)
  const run = runBalance(entries, 128)
  expect(run.entries.map((entry) => entry.spendable_after_micros)).toEqual([128, 123, 130])
  expect(run.beforeMicros).toBe(100)
})
