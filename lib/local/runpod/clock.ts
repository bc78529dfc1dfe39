/** Wall time plus an offset that tests push forward: thirty minutes of retention pass in one request instead of a sleep. */
export class Clock {
  #offsetMs: number

  constructor(offsetMs: number) {
    this.#offsetMs = offsetMs
  }

  get offsetMs(): number {
    return this.#offsetMs
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs
  }

  advance(byMs: number): void {
    this.#offsetMs += byMs
  }
}
