import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS } from '#lib/contracts/api/wallet.ts'

/** "20", "20.5" or "20,50" as cents; null for anything else. */
export function parseCents(text: string): number | null {
  const match = /^\s*\$?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*$/.exec(text)
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** The same within the bounds of a top-up. */
export function parseDollars(text: string): number | null {
  const cents = parseCents(text)
  return cents !== null && cents >= TOP_UP_MIN_CENTS && cents <= TOP_UP_MAX_CENTS ? cents : null
}
