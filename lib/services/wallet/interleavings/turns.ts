/**
 * Lets one request to the database through at a time and decides which of the waiting ones is next, so that what several servers do at once is
 * mixed request by request, and the same numbers mix it the same way again.
 */
export class Turns {
  readonly #waiting: { go: () => void; done: Promise<void> }[] = []

  /** Waits for its turn, makes the request, and gives the turn back. */
  async take<Result>(request: () => Promise<Result>): Promise<Result> {
    const done = Promise.withResolvers<void>()
    await new Promise<void>((go) => this.#waiting.push({ go, done: done.promise }))
    try {
      return await request()
    } finally {
      done.resolve()
    }
  }

  /** Runs all of them to their ends; `pick` says which of so many waiting requests is next. */
  async run(processes: readonly Promise<void>[], pick: (waiting: number) => number): Promise<void> {
    let running = processes.length
    for (const process of processes) {
      const ended = () => {
        running -= 1
      }
      process.then(ended, ended)
    }
    for (;;) {
      // Between its requests a process only computes: after this, each of them waits for a turn or has ended.
      await new Promise((resolve) => setImmediate(resolve))
      if (this.#waiting.length === 0 && running === 0) break
      const [next] = this.#waiting.splice(pick(this.#waiting.length), 1)
      next?.go()
      await next?.done
    }
    await Promise.all(processes)
  }
}
