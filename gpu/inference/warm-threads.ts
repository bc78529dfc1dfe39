import type { WorkerThread } from '#gpu/threads/worker-thread.ts'
import type { OrtReply, OrtRequest } from './ort-thread.ts'

/** A thread with a graph loaded in it. */
export interface OpenThread {
  /** Equal for what can stand in for each other: graph, shape and device. */
  readonly key: string
  readonly thread: WorkerThread<OrtRequest, OrtReply>
  /** The answer to the request it was opened with. */
  readonly opened: OrtReply
}

/**
 * Loaded networks that nobody uses just now, kept for the next job: loading one again would cost seconds (and on a GPU its search for
 * algorithms). Beyond `maxBytes` the least recently used go.
 */
export class WarmThreads {
  readonly #maxBytes: number
  /** In the order they were given back. */
  #idle: OpenThread[] = []

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#idle.reduce((sum, { opened }) => sum + (opened.memoryBytes ?? 0), 0)
  }

  take(key: string): OpenThread | undefined {
    const found = this.#idle.findLast((entry) => entry.key === key && entry.thread.alive)
    if (found === undefined) return undefined
    this.#idle = this.#idle.filter((entry) => entry !== found)
    found.thread.keepProcess(true)
    return found
  }

  /** Keeps a thread whose last request has been answered, and closes what is too much. */
  async give(entry: OpenThread): Promise<void> {
    if (entry.thread.alive) this.#idle.push(entry)
    // An idle network is no reason for the process to stay.
    entry.thread.keepProcess(false)
    await this.#shrink(this.#maxBytes)
  }

  /** Closes everything idle. */
  async clear(): Promise<void> {
    await this.#shrink(-1)
  }

  async #shrink(maxBytes: number): Promise<void> {
    const gone: OpenThread[] = []
    while (this.#idle.length > 0 && this.bytes > maxBytes) gone.push(...this.#idle.splice(0, 1))
    await Promise.all(gone.map(({ thread }) => thread.close()))
  }
}
