/** A bounded hand-over between two pipeline stages: `push` waits while it is full, `take` while it is empty. */
export class BoundedQueue<Item> {
  readonly #capacity: number
  readonly #items: Item[] = []
  readonly #waiting: (() => void)[] = []
  #closed = false
  #failure: { readonly error: unknown } | undefined

  constructor(capacity: number, items: readonly Item[] = []) {
    this.#capacity = capacity
    this.#items.push(...items)
  }

  async push(item: Item): Promise<void> {
    while (this.#items.length >= this.#capacity) await this.#change()
    if (this.#failure) throw this.#failure.error
    this.#items.push(item)
    this.#wake()
  }

  /** The oldest item, or `undefined` once the queue is closed and empty. */
  async take(): Promise<Item | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure.error
      if (this.#items.length > 0) {
        const item = this.#items.shift()
        this.#wake()
        return item
      }
      if (this.#closed) return undefined
      await this.#change()
    }
  }

  /** No more items will come; what is queued can still be taken. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  /** Everyone who waits or comes later gets `error`. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }

  #change(): Promise<void> {
    if (this.#failure) throw this.#failure.error
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
