/** Wakes everyone who waits for a key; what a long poll sleeps on. Waiters are woken in the order they came. */
export class Bell {
  #sleepers = new Map<string, Set<() => void>>()

  ring(key: string): void {
    const sleepers = this.#sleepers.get(key)
    this.#sleepers.delete(key)
    for (const wake of sleepers ?? []) wake()
  }

  /** Resolves when the key rings, after `timeoutMs`, or when `gone` aborts, whichever is first. */
  sleep(key: string, timeoutMs: number, gone: AbortSignal): Promise<void> {
    if (gone.aborted || timeoutMs <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        gone.removeEventListener('abort', wake)
        this.#sleepers.get(key)?.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, timeoutMs)
      gone.addEventListener('abort', wake, { once: true })
      const sleepers = this.#sleepers.get(key) ?? new Set()
      this.#sleepers.set(key, sleepers.add(wake))
    })
  }

  /** Polls `look` until it finds something, sleeping on `key` in between; undefined when time is up or the client is gone. */
  async until<T>(key: string, timeoutMs: number, gone: AbortSignal, look: () => T | undefined): Promise<T | undefined> {
    const deadlineMs = performance.now() + timeoutMs
    while (!gone.aborted) {
      const found = look()
      const leftMs = deadlineMs - performance.now()
      if (found !== undefined || leftMs <= 0) return found
      await this.sleep(key, leftMs, gone)
    }
    return undefined
  }
}
