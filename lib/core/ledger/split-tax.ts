/** What is left of a payment to give back: credit and the tax that was paid on it, in cents. */
export interface Left {
  creditCents: number
  taxCents: number
}

/** The tax that goes back with this much credit: its share rounded down, and all of what is left with the last of the credit. */
export function taxWithCredit(creditCents: number, left: Left): number {
  if (creditCents >= left.creditCents) return left.taxCents
  return Math.floor((creditCents * left.taxCents) / left.creditCents)
}

/** How an amount that contains tax divides: the tax's share rounded down, so that nobody is left with more credit than they paid for. */
export function splitGross(grossCents: number, left: Left): { creditCents: number; taxCents: number } {
  const total = left.creditCents + left.taxCents
  const taxCents =
    grossCents >= total ? Math.min(left.taxCents, grossCents) : Math.floor((grossCents * left.taxCents) / total)
  return { creditCents: grossCents - taxCents, taxCents }
}
