import type { RateWindow } from '#lib/core/accounts/rate-limits.ts'

interface Count {
  startMs: number
  calls: number
}

export interface MemoryWindows {
  /** Counts one call; how long to wait, in milliseconds, when it is one too many, else 0. */
  count(key: string, window: RateWindow, nowMs: number): number
}

/** Enough for everyone one edge process serves within a minute; about a megabyte. */
const DEFAULT_CAPACITY = 10_000

/**
 * Fixed windows in the memory of one edge process. They cost no write, and forget with the process: for what must be bounded but need not
 * be counted exactly. At its capacity the key that came first is forgotten, so that nobody can fill the memory with keys.
 */
export function memoryWindows(capacity: number = DEFAULT_CAPACITY): MemoryWindows {
  const counts = new Map<string, Count>()
  return {
    count(key, { limit, windowMs }, nowMs) {
      const known = counts.get(key)
      const current = known && nowMs - known.startMs < windowMs ? known : { startMs: nowMs, calls: 0 }
      current.calls += 1
      if (current !== known) {
        counts.delete(key)
        const [oldest] = counts.size >= capacity ? counts.keys() : []
        if (oldest !== undefined) counts.delete(oldest)
        counts.set(key, current)
      }
      return current.calls <= limit ? 0 : current.startMs + windowMs - nowMs
    },
  }
}
