import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads'

interface Envelope {
  readonly id: number
  readonly body: unknown
}
type Reply = { readonly id: number; readonly body: unknown } | { readonly id: number; readonly error: string }

export interface ThreadOptions {
  /** What the thread finds as its own data, shared memory too. */
  readonly data?: unknown
  /** Helps a request end that is in progress inside a native call; called after the thread has been told to stop. */
  readonly onStop?: () => void
}

/** Places in the memory a thread shares with its owner. */
const [CLOSED, INTERRUPTED] = [0, 1]

/**
 * A thread that answers one message with one message, in order. Buffers are transferred, never copied.
 * Once the thread dies, every open and later call is rejected.
 */
export class WorkerThread<Request, Response> {
  readonly #worker: Worker
  readonly #open = new Map<number, { resolve: (value: Response) => void; reject: (error: unknown) => void }>()
  /** Calls without an answer yet, those included that nobody waits for any more. */
  readonly #unanswered = new Set<number>()
  readonly #flags = new Int32Array(new SharedArrayBuffer(8))
  readonly #ended: Promise<void>
  readonly #onStop: (() => void) | undefined
  #interruption: Promise<void> | undefined
  #quiet: (() => void) | undefined
  #next = 1
  #dead: Error | undefined

  constructor(file: URL, { data, onStop }: ThreadOptions = {}) {
    this.#onStop = onStop
    this.#worker = new Worker(file, { workerData: { flags: this.#flags, data } satisfies ThreadData })
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('message', (reply: Reply) => {
      const call = this.#open.get(reply.id)
      this.#open.delete(reply.id)
      if ('error' in reply) call?.reject(new Error(reply.error))
      else call?.resolve(reply.body as Response)
      this.#answered(reply.id)
    })
    this.#worker.on('error', (error) => this.#die(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => {
      this.#die(new Error('the thread has ended'))
      for (const id of this.#unanswered) this.#answered(id)
    })
  }

  /** False once the thread has ended or been closed. */
  get alive(): boolean {
    return this.#dead === undefined
  }

  async call(body: Request, transfer: readonly Transferable[] = []): Promise<Response> {
    if (this.#interruption) await this.#interruption
    if (this.#dead) throw this.#dead
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject })
      this.#unanswered.add(id)
      this.#worker.postMessage({ id, body } satisfies Envelope, transfer)
    })
  }

  /**
   * Rejects every open call at once with `reason` and tells the thread to leave what it is doing. Resolves when it has;
   * then the thread can be used on. Buffers under way are lost.
   */
  interrupt(reason: unknown): Promise<void> {
    // It is on its way out already, and `onStop` has had its last call.
    if (this.#dead) return this.#ended
    this.#rejectAll(reason)
    this.#interruption ??= this.#leave().finally(() => {
      this.#interruption = undefined
    })
    return this.#interruption
  }

  async #leave(): Promise<void> {
    if (this.#unanswered.size === 0) return
    Atomics.store(this.#flags, INTERRUPTED, 1)
    this.#onStop?.()
    await new Promise<void>((resolve) => {
      this.#quiet = resolve
    })
    Atomics.store(this.#flags, INTERRUPTED, 0)
  }

  #answered(id: number): void {
    this.#unanswered.delete(id)
    if (this.#unanswered.size === 0) this.#quiet?.()
  }

  /**
   * Asks the thread to end after the request in progress, and waits for it: ending a thread inside a native call can
   * take the whole process down. Open calls are rejected at once. May be called again.
   */
  async close(): Promise<void> {
    const first = this.alive
    Atomics.store(this.#flags, CLOSED, 1)
    this.#die(new Error('the thread was stopped'))
    if (first) this.#onStop?.()
    this.#worker.ref()
    this.#worker.postMessage(null)
    await this.#ended
  }

  /** Whether the thread, while idle, keeps the process alive. */
  keepProcess(keep: boolean): void {
    if (keep) this.#worker.ref()
    else this.#worker.unref()
  }

  #die(error: Error): void {
    this.#dead ??= error
    this.#rejectAll(this.#dead)
  }

  #rejectAll(reason: unknown): void {
    for (const call of this.#open.values()) call.reject(reason)
    this.#open.clear()
  }
}

interface ThreadData {
  readonly flags: Int32Array
  readonly data: unknown
}

/** What the thread's owner gave it as `data`. */
export function threadData(): unknown {
  return (workerData as ThreadData).data
}

/**
 * The other side: call once at the top of a thread's file. `stopped` tells a long request that nobody waits any more; it is
 * answered with an error then. `onClose` runs last, after which nobody calls `onStop`.
 */
export function serveThread<Request, Response>(
  handle: (request: Request, stopped: () => boolean) => Promise<{ body: Response; transfer?: readonly Transferable[] }>,
  onClose?: () => Promise<void>,
): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs as a worker thread')
  const { flags } = workerData as ThreadData
  const stopped = () => Atomics.load(flags, CLOSED) + Atomics.load(flags, INTERRUPTED) > 0
  let previous: Promise<void> = Promise.resolve()
  port.on('message', (envelope: Envelope | null) => {
    previous = previous.then(async () => {
      if (envelope === null) {
        await onClose?.()
        port.close()
        return
      }
      try {
        if (stopped()) throw new Error('the request was stopped')
        const reply = await handle(envelope.body as Request, stopped)
        port.postMessage({ id: envelope.id, body: reply.body }, reply.transfer ?? [])
      } catch (error) {
        port.postMessage({ id: envelope.id, error: error instanceof Error ? error.message : String(error) })
      }
    })
  })
}
