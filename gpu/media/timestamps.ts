import type { Rational } from './probe.ts'

/**
 * Collects the presentation times that ffmpeg's `showinfo` filter reports, one line per frame, in the stream's ticks.
 * A missing time, or one that does not come after the one before (broken files), becomes the next tick after it.
 */
export class TimestampLog {
  readonly #ticks: bigint[] = []
  readonly #waiting: (() => void)[] = []
  #timeBase: Rational | undefined
  #ended = false

  /** Reads one log line; answers whether it belonged to the filter. */
  readonly read = (line: string): boolean => {
    if (!line.includes('Parsed_showinfo')) return isProgressNoise(line)
    const base = /config in time_base: (\d+)\/(\d+)/.exec(line)
    if (base) {
      // A change of frame size mid-stream configures the filter again; the time base stays the stream's.
      this.#timeBase ??= { num: Number(base[1]), den: Number(base[2]) }
      return true
    }
    const frame = /\bn: *\d+ pts: *(-?\d+|NOPTS)\b/.exec(line)
    if (frame) this.#add(frame[1] ?? 'NOPTS')
    return true
  }

  #add(text: string): void {
    const last = this.#ticks.at(-1)
    const stated = text === 'NOPTS' ? undefined : BigInt(text)
    const next = last === undefined ? 0n : last + 1n
    this.#ticks.push(stated !== undefined && (last === undefined || stated > last) ? stated : next)
    this.#wake()
  }

  get frames(): number {
    return this.#ticks.length
  }

  get timeBase(): Rational | undefined {
    return this.#timeBase
  }

  /** Ticks of frames `first … first + count − 1`; waits for lines that are still under way. */
  async slice(first: number, count: number): Promise<bigint[]> {
    while (this.#ticks.length < first + count) {
      if (this.#ended)
        throw new Error(`the decoder reported ${this.#ticks.length} times for at least ${first + count} frames`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return this.#ticks.slice(first, first + count)
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Seconds from the first frame's start to the last one's end; the last frame lasts as long as frames do on average. */
  durationS(fps: number): number {
    const [first, last] = [this.#ticks[0], this.#ticks.at(-1)]
    if (first === undefined || last === undefined || this.#timeBase === undefined) return 0
    return (Number(last - first) * this.#timeBase.num) / this.#timeBase.den + 1 / fps
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}

/** Lines of `-loglevel info` that say nothing about what went wrong. */
function isProgressNoise(line: string): boolean {
  return /^(Input #|Output #|Stream mapping|Press \[q\]|frame=|video:| {2})/.test(line)
}
