import { TOP_UP_MAX_CENTS, TOP_UP_MIN_CENTS } from '#lib/contracts/api/wallet.ts'

/** "20", "20.5" or "20,50" as cents; null for anything else or outside the bounds. */
export function parseDollars(text: string): number | null {
  const match = /^\s*\$?\s*(\d{1,4})(?:[.,](\d{1,2}))?\s*$/.exec(text)
  if (!match) return null
  const cents = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return cents >= TOP_UP_MIN_CENTS && cents <= TOP_UP_MAX_CENTS ? cents : null
}
