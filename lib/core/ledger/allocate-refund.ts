import { MICROS_PER_CENT } from '#lib/core/money.ts'
import { type Left, taxWithCredit } from './split-tax.ts'

/** A payment that money can go back to, with what is left of it. */
export interface RefundSource extends Left {
  topUpId: string
  paidAtMs: number
}

export interface RefundPart {
  topUpId: string
  creditCents: number
  taxCents: number
}

/** Stripe is asked once per payment; more of them in one request are left for the next. */
export const MOST_PAYMENTS_PER_REQUEST = 10

/**
 * What can be had back now, in whole cents: unused credit, and no more than is left of the payments it goes back to. Promotional credit
 * is not among `availableMicros`.
 */
export function refundableCents(availableMicros: number, sources: readonly RefundSource[]): number {
  const left = newestFirst(sources).reduce((sum, source) => sum + source.creditCents, 0)
  return Math.max(0, Math.min(Math.floor(availableMicros / MICROS_PER_CENT), left))
}

/**
 * Divides an amount over the payments, the newest first: credit is spent oldest first, so what is unused came with the newest payments; and
 * their cards are the least likely to have been replaced since, which is what makes refunds fail. Null when the payments do not reach.
 */
export function allocateRefund(amountCents: number, sources: readonly RefundSource[]): RefundPart[] | null {
  const parts: RefundPart[] = []
  let open = amountCents
  for (const source of newestFirst(sources)) {
    const creditCents = Math.min(open, source.creditCents)
    if (creditCents <= 0) continue
    parts.push({ topUpId: source.topUpId, creditCents, taxCents: taxWithCredit(creditCents, source) })
    open -= creditCents
  }
  return open === 0 ? parts : null
}

function newestFirst(sources: readonly RefundSource[]): RefundSource[] {
  const order = (a: RefundSource, b: RefundSource) => b.paidAtMs - a.paidAtMs || (a.topUpId < b.topUpId ? 1 : -1)
  return sources
    .filter((source) => source.creditCents > 0)
    .sort(order)
    .slice(0, MOST_PAYMENTS_PER_REQUEST)
}
