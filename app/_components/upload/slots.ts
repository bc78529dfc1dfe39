/** A fixed number of places; whoever finds none free waits in line. Shared by all uploads of a tab. */
export class Slots {
  #free: number
  #waiting: { enter: () => void; signal: AbortSignal }[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Runs `work` in a place of its own. Rejects with the signal's reason when that comes before a place does. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(signal)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const leaveLine = () => {
        this.#waiting = this.#waiting.filter((other) => other !== place)
        reject(signal.reason)
      }
      const place = {
        signal,
        enter: () => {
          signal.removeEventListener('abort', leaveLine)
          resolve()
        },
      }
      signal.addEventListener('abort', leaveLine, { once: true })
      this.#waiting.push(place)
    })
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next.enter()
    else this.#free += 1
  }
}
