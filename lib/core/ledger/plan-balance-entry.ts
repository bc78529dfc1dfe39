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
 * `refund`, `payout`, `fee`: the entry itself books the amount. `unknown`: a person must say what it is; its amount is not booked.
 */
export type BalanceMeaning = 'payment' | 'dispute' | 'refund' | 'payout' | 'fee' | 'unknown'

/** A bank debit is in the balance before it succeeds; when it fails, the last two take it out again. */
export const PAYMENT_TYPES = ['charge', 'payment', 'payment_failure_refund', 'payment_reversal'] as const
const REFUND_TYPES = ['refund', 'payment_refund', 'refund_failure'] as const
const PAYOUT_TYPES = ['payout', 'payout_cancel', 'payout_failure', 'topup', 'topup_reversal'] as const
const FEE_TYPES = ['stripe_fee', 'stripe_fx_fee', 'tax_fee'] as const
/** Types whose entries book their amount themselves. */
export const BOOKED_BY_ENTRY = [...REFUND_TYPES, ...PAYOUT_TYPES, ...FEE_TYPES] as const

const isOneOf = (types: readonly string[], type: string) => types.includes(type)

/** https://docs.stripe.com/reports/balance-transaction-types */
export function balanceMeaning({ type, sourceId }: Pick<BalanceEntry, 'type' | 'sourceId'>): BalanceMeaning {
  if (isOneOf(PAYMENT_TYPES, type)) return 'payment'
  if (isOneOf(REFUND_TYPES, type)) return 'refund'
  if (isOneOf(PAYOUT_TYPES, type)) return 'payout'
  if (isOneOf(FEE_TYPES, type)) return 'fee'
  return type === 'adjustment' && /^(du|dp)_/.test(sourceId ?? '') ? 'dispute' : 'unknown'
}

const COUNTERPART = {
  refund: 'refund_pending',
  payout: 'bank',
  fee: 'stripe_fees',
} as const satisfies Partial<Record<BalanceMeaning, SystemAccount>>

/**
 * What an entry books: Stripe's fee, whatever it is of, and the amount where no event books that. None of it is a user's. Keys are the
 * entry's, so that reading it again books nothing again.
 */
export function planBalanceEntry(entry: BalanceEntry): TransferDraft[] {
  const meaning = balanceMeaning(entry)
  const fee = leaving(entry, 'fee', 'stripe_fees', entry.feeCents, `fee:${entry.id}:own`)
  if (meaning === 'payment' || meaning === 'dispute' || meaning === 'unknown') return fee
  return [...leaving(entry, meaning, COUNTERPART[meaning], -entry.amountCents, `${meaning}:${entry.id}`), ...fee]
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
