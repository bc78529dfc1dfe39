import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads'

interface Envelope {
  readonly id: number
  readonly body: unknown
}
type Reply = { readonly id: number; readonly body: unknown } | { readonly id: number; readonly error: string }

/**
 * A thread that answers one message with one message, in order. Buffers are transferred, never copied.
 * Once the thread dies, every open and later call is rejected.
 */
export class WorkerThread<Request, Response> {
  readonly #worker: Worker
  readonly #open = new Map<number, { resolve: (value: Response) => void; reject: (error: unknown) => void }>()
  readonly #stop = new Int32Array(new SharedArrayBuffer(4))
  readonly #ended: Promise<void>
  #next = 1
  #dead: Error | undefined

  constructor(file: URL) {
    this.#worker = new Worker(file, { workerData: { stop: this.#stop } })
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('message', (reply: Reply) => {
      const call = this.#open.get(reply.id)
      this.#open.delete(reply.id)
      if ('error' in reply) call?.reject(new Error(reply.error))
      else call?.resolve(reply.body as Response)
    })
    this.#worker.on('error', (error) => this.#die(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#die(new Error('the thread has ended')))
  }

  call(body: Request, transfer: readonly Transferable[] = []): Promise<Response> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject })
      this.#worker.postMessage({ id, body } satisfies Envelope, transfer)
    })
  }

  /**
   * Asks the thread to end after the request in progress, and waits for it: ending a thread inside a native call can
   * take the whole process down. Open calls are rejected at once. May be called again.
   */
  async close(): Promise<void> {
    Atomics.store(this.#stop, 0, 1)
    this.#die(new Error('the thread was stopped'))
    this.#worker.postMessage(null)
    await this.#ended
  }

  #die(error: Error): void {
    this.#dead ??= error
    for (const call of this.#open.values()) call.reject(this.#dead)
    this.#open.clear()
  }
}

/** The other side: call once at the top of a thread's file. `stopped` tells a long request that nobody waits any more. */
export function serveThread<Request, Response>(
  handle: (request: Request, stopped: () => boolean) => Promise<{ body: Response; transfer?: readonly Transferable[] }>,
): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs as a worker thread')
  const { stop } = workerData as { readonly stop: Int32Array }
  const stopped = () => Atomics.load(stop, 0) === 1
  let previous: Promise<void> = Promise.resolve()
  port.on('message', (envelope: Envelope | null) => {
    previous = previous.then(async () => {
      if (envelope === null || stopped()) {
        port.close()
        return
      }
      try {
        const reply = await handle(envelope.body as Request, stopped)
        port.postMessage({ id: envelope.id, body: reply.body }, reply.transfer ?? [])
      } catch (error) {
        port.postMessage({ id: envelope.id, error: error instanceof Error ? error.message : String(error) })
      }
    })
  })
}
