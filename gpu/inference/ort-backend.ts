import { createHash } from 'node:crypto'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { InferenceBackend, ModelRequest, ModelSession, NetworkPlan, Provider, VideoNetwork } from './backend.ts'
import { loadOrtLibrary } from './c-api/library.ts'
import type { OrtReply, OrtRequest, OrtThreadData } from './ort-thread.ts'
import type { Runtime } from './runtime.ts'
import { buffersOf } from './tensor.ts'
import { type OpenThread, WarmThreads } from './warm-threads.ts'

type OrtThread = WorkerThread<OrtRequest, OrtReply>

export interface OrtBackendOptions {
  readonly runtime?: Runtime
  /** Memory that networks may hold on to while no job uses them. */
  readonly warmBytes?: number
  readonly cudaOptions?: Readonly<Record<string, string>>
}

/**
 * ONNX Runtime in threads of its own, one for each loaded network, because a run blocks the thread it is called on. What is closed in good order
 * stays loaded for the next who opens the same, within `warmBytes`.
 */
export function ortBackend(
  provider: Provider,
  threads: number,
  { runtime = 'node', warmBytes = 0, cudaOptions }: OrtBackendOptions = {},
): InferenceBackend {
  const warm = new WarmThreads(warmBytes)
  const start = () => startThread({ runtime, graph: { provider, threads, cudaOptions } })
  const open = async (request: OrtRequest, key: string): Promise<OpenThread> => {
    const thread = start()
    try {
      return { key, thread, opened: await thread.call(request) }
    } catch (error) {
      await thread.close()
      throw inferenceError(`The network could not be loaded on ${provider}`, error)
    }
  }
  const lend = async (request: OrtRequest, key: string): Promise<OpenThread> => {
    const ready = warm.take(key)
    if (ready !== undefined) return ready
    try {
      return await open(request, key)
    } catch (error) {
      // Perhaps there was no room beside the idle networks.
      if (warm.bytes === 0) throw error
      await warm.clear()
      return open(request, key)
    }
  }
  return {
    provider,
    async open(plan: NetworkPlan): Promise<VideoNetwork> {
      const lent = await lend({ kind: 'open', plan }, keyOf(plan.network, { ...plan, network: null }))
      return videoNetwork(new Lease(lent, warm), provider, plan)
    },
    async openModel(model: ModelRequest): Promise<ModelSession> {
      const lent = await lend({ kind: 'open-model', model }, keyOf(model.bytes, { ...model, bytes: null }))
      return modelSession(new Lease(lent, warm), provider, lent.opened)
    },
    close: () => warm.clear(),
  }
}

function keyOf(bytes: Uint8Array, shape: object): string {
  return `${createHash('sha256').update(bytes).digest('hex')} ${JSON.stringify(shape)}`
}

/** `out_of_memory` or `inference_failed`, with ONNX Runtime's message. */
function inferenceError(problem: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message.slice(0, 400) : String(cause)
  const full = /out of memory|failed to allocate|allocate memory|bad_alloc/i.test(detail)
  return new AppError(full ? 'out_of_memory' : 'inference_failed', `${problem}: ${detail}`, { cause })
}

function startThread(data: Omit<OrtThreadData, 'runOptions'>): OrtThread {
  const runOptions = new BigInt64Array(new SharedArrayBuffer(8))
  const terminate = () => {
    const address = Atomics.load(runOptions, 0)
    if (address !== 0n) loadOrtLibrary().call('RunOptionsSetTerminate', address)
  }
  return new WorkerThread(new URL('./ort-thread.ts', import.meta.url), {
    data: { ...data, runOptions } satisfies OrtThreadData,
    ...(data.runtime === 'c-api' ? { onStop: terminate } : {}),
  })
}

/** One user's time with a thread. */
class Lease {
  readonly #entry: OpenThread
  readonly #warm: WarmThreads
  #closing: Promise<void> | undefined
  #interrupted: unknown

  constructor(entry: OpenThread, warm: WarmThreads) {
    this.#entry = entry
    this.#warm = warm
  }

  async call(request: OrtRequest, transfer: ArrayBuffer[]): Promise<OrtReply> {
    // The thread may be another user's by now.
    if (this.#closing) throw new Error(CLOSED)
    try {
      return await this.#entry.thread.call(request, transfer)
    } catch (error) {
      throw this.#closing || this.#interrupted === error ? error : inferenceError('The network failed', error)
    }
  }

  /** Rejects every call under way with `reason`. */
  interrupt(reason: unknown): Promise<void> {
    this.#interrupted = reason
    return this.#entry.thread.interrupt(reason)
  }

  /** Gives the thread back, once it has left what it was doing. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.interrupt(new Error(CLOSED)).then(() => this.#warm.give(this.#entry))
    return this.#closing
  }
}
const CLOSED = 'the network was closed'

function videoNetwork(lease: Lease, provider: Provider, { layout, scale }: NetworkPlan): VideoNetwork {
  return {
    device: provider,
    output: { ...layout, width: layout.width * scale, height: layout.height * scale },
    async run(input, output, frames) {
      const reply = await lease.call({ kind: 'run', input, output, frames }, [input, output])
      if (reply.input === undefined || reply.output === undefined)
        throw new Error('the inference thread keeps no buffers')
      return { input: reply.input, output: reply.output }
    },
    close: () => lease.close(),
  }
}

function modelSession(lease: Lease, provider: Provider, opened: OrtReply): ModelSession {
  if (opened.model === undefined) throw new Error('the inference thread says what it opened')
  return {
    device: provider,
    ...opened.model,
    async run(inputs, { outputs, signal } = {}) {
      signal?.throwIfAborted()
      const abort = () => void lease.interrupt(signal?.reason)
      signal?.addEventListener('abort', abort, { once: true })
      try {
        const { tensors } = await lease.call({ kind: 'run-model', inputs, outputs }, buffersOf(inputs))
        if (tensors === undefined) throw new Error('the inference thread answers a run with its outputs')
        return tensors
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
    close: () => lease.close(),
  }
}
