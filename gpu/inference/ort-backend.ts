import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import type { InferenceBackend, ModelRequest, ModelSession, NetworkPlan, Provider, VideoNetwork } from './backend.ts'
import type { OrtReply, OrtRequest } from './ort-thread.ts'
import { buffersOf } from './tensor.ts'

type OrtThread = WorkerThread<OrtRequest, OrtReply>

export function startOrtThread(): OrtThread {
  return new WorkerThread(new URL('./ort-thread.ts', import.meta.url))
}

/** ONNX Runtime in a thread of its own, because a run blocks the thread it is called on. */
export function ortBackend(provider: Provider, threads: number): InferenceBackend {
  const openThread = async (request: OrtRequest): Promise<{ thread: OrtThread; reply: OrtReply }> => {
    const thread = startOrtThread()
    try {
      return { thread, reply: await thread.call(request) }
    } catch (error) {
      await thread.close()
      throw error
    }
  }
  return {
    provider,
    async open(plan: NetworkPlan): Promise<VideoNetwork> {
      const { thread } = await openThread({ kind: 'open', plan, provider, threads })
      const { batch, width, height } = plan.layout
      return {
        device: provider,
        output: { batch, width: width * plan.scale, height: height * plan.scale },
        async run(input, output, frames) {
          const reply = await thread.call({ kind: 'run', input, output, frames }, [input, output])
          if (reply.input === undefined || reply.output === undefined)
            throw new Error('the inference thread keeps no buffers')
          return { input: reply.input, output: reply.output }
        },
        close: () => thread.close(),
      }
    },
    async openModel(model: ModelRequest): Promise<ModelSession> {
      const { thread, reply } = await openThread({ kind: 'open-model', model, provider, threads })
      if (reply.model === undefined) throw new Error('the inference thread says what it opened')
      return {
        device: provider,
        ...reply.model,
        async run(inputs, { outputs, signal } = {}) {
          signal?.throwIfAborted()
          const call = thread.call({ kind: 'run-model', inputs, outputs }, buffersOf(inputs))
          const { tensors } = await unlessAborted(call, signal)
          if (tensors === undefined) throw new Error('the inference thread answers a run with its outputs')
          return tensors
        },
        close: () => thread.close(),
      }
    },
  }
}

/** Rejects with the signal's reason as soon as it is aborted; what is under way is not waited for. */
function unlessAborted<Value>(call: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return call
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
