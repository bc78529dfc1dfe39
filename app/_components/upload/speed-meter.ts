/** Long enough to smooth over parts that start and end, short enough to notice that the Wi-Fi changed. */
const WINDOW_MS = 8000
/** Before that there is too little to say. */
const MIN_SPAN_MS = 1000

/** Measures how fast bytes go out over the last seconds. */
export class SpeedMeter {
  #samples: { atMs: number; sentBytes: number }[] = []

  /** `sentBytes` is the total so far; it may fall when a part starts over. */
  add(atMs: number, sentBytes: number): void {
    this.#samples.push({ atMs, sentBytes })
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#samples.shift()
  }

  /** What was sent earlier (a pause, a reload) is not speed. */
  reset(): void {
    this.#samples = []
  }

  /** null until there is something to measure. */
  bytesPerSecond(): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return null
    return Math.max(0, ((last.sentBytes - first.sentBytes) * 1000) / (last.atMs - first.atMs))
  }
}

/** Seconds until `leftBytes` are sent; null while nothing moves. */
export function etaSeconds(leftBytes: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond ? Math.ceil(leftBytes / bytesPerSecond) : null
}
