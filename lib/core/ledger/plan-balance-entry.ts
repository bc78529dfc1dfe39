import { centsToMicros } from '#lib/core/money.ts'
import { type SystemAccount, systemAccountId } from './accounts.ts'
import type { TransferDraft } from './transfer-draft.ts'

/** One movement of Stripe's balance (https://docs.stripe.com/api/balance_transactions/object), in signed cents: negative left it. */
export interface BalanceEntry {
  id: string
  type: string
  /** The id of what moved it, e.g. `ch_…`. */
  sourceId: string | null
  amountCents: number
  feeCents: number
}

/**
 * What an entry is to the books. `payment` and `dispute`: an event of Stripe's books the amount, and the entry is compared with that.
 * `refund`, `payout`, `fee`: the entry itself books the amount. `unknown`: a person must say what it is; nothing is booked.
 */
export type BalanceMeaning = 'payment' | 'dispute' | 'refund' | 'payout' | 'fee' | 'unknown'

/** https://docs.stripe.com/reports/balance-transaction-types */
export function balanceMeaning(entry: Pick<BalanceEntry, 'type' | 'sourceId'>): BalanceMeaning {
  switch (entry.type) {
    case 'charge':
    case 'payment':
    // A bank debit is in the balance before it succeeds; when it fails, this takes it out again.
    case 'payment_failure_refund':
    case 'payment_reversal':
      return 'payment'
    case 'refund':
    case 'payment_refund':
    case 'refund_failure':
      return 'refund'
    case 'payout':
    case 'payout_cancel':
    case 'payout_failure':
    case 'topup':
    case 'topup_reversal':
      return 'payout'
    case 'stripe_fee':
    case 'stripe_fx_fee':
    case 'tax_fee':
      return 'fee'
    case 'adjustment':
      return /^(du|dp)_/.test(entry.sourceId ?? '') ? 'dispute' : 'unknown'
    default:
      return 'unknown'
  }
}

const COUNTERPART = {
  refund: 'refund_pending',
  payout: 'bank',
  fee: 'stripe_fees',
} as const satisfies Partial<Record<BalanceMeaning, SystemAccount>>

/**
 * What an entry books: Stripe's fee, and the amount where no event does. None of it is a user's. Keys are the entry's, so that reading it
 * again books nothing again.
 */
export function planBalanceEntry(entry: BalanceEntry): TransferDraft[] {
  const meaning = balanceMeaning(entry)
  if (meaning === 'unknown') return []
  const amount =
    meaning === 'payment' || meaning === 'dispute'
      ? []
      : leaving(entry, meaning, COUNTERPART[meaning], -entry.amountCents, `${meaning}:${entry.id}`)
  return [...amount, ...leaving(entry, 'fee', 'stripe_fees', entry.feeCents, `fee:${entry.id}:own`)]
}

/** Cents that left Stripe's balance for `account`; negative ones came back from there. */
function leaving(
  entry: BalanceEntry,
  kind: 'refund' | 'payout' | 'fee',
  account: SystemAccount,
  cents: number,
  idempotencyKey: string,
): TransferDraft[] {
  if (cents === 0) return []
  const clearing = systemAccountId('stripe_clearing')
  const other = systemAccountId(account)
  return [
    {
      kind,
      debitAccountId: cents > 0 ? other : clearing,
      creditAccountId: cents > 0 ? clearing : other,
      amountMicros: centsToMicros(Math.abs(cents)),
      causeType: 'balance_entry',
      causeId: entry.id,
      idempotencyKey,
      holdId: null,
      settlementId: null,
      userId: null,
      expects: null,
    },
  ]
}
