import { parentPort, type Transferable, Worker } from 'node:worker_threads'

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
  #next = 1
  #dead: Error | undefined

  constructor(file: URL, workerData?: unknown) {
    this.#worker = new Worker(file, { workerData, stderr: false })
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

  /** Ends the thread; a native call in progress is waited for. */
  async terminate(): Promise<void> {
    this.#die(new Error('the thread was stopped'))
    await this.#worker.terminate()
  }

  #die(error: Error): void {
    this.#dead ??= error
    for (const call of this.#open.values()) call.reject(this.#dead)
    this.#open.clear()
  }
}

/** The other side: call once at the top of a thread's file. */
export function serveThread<Request, Response>(
  handle: (request: Request) => Promise<{ body: Response; transfer?: readonly Transferable[] }>,
): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs as a worker thread')
  let previous: Promise<void> = Promise.resolve()
  port.on('message', ({ id, body }: Envelope) => {
    previous = previous.then(async () => {
      try {
        const reply = await handle(body as Request)
        port.postMessage({ id, body: reply.body }, reply.transfer ?? [])
      } catch (error) {
        port.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
      }
    })
  })
}
