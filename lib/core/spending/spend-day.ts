const DAY_MS = 86_400_000

/** Half-open, in ms since the epoch. */
export interface Period {
  startsAtMs: number
  endsAtMs: number
}

/** The day a cap counts: UTC, the same for everyone, so that moving house or the clocks changing makes no day longer. */
export function spendDay(nowMs: number): Period {
  const startsAtMs = nowMs - (nowMs % DAY_MS)
  return { startsAtMs, endsAtMs: startsAtMs + DAY_MS }
}

/** The calendar month that limits automatic top-ups, UTC. */
export function spendMonth(nowMs: number): Period {
  const now = new Date(nowMs)
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  return { startsAtMs: Date.UTC(year, month, 1), endsAtMs: Date.UTC(year, month + 1, 1) }
}
