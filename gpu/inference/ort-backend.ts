import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import type { InferenceBackend, NetworkPlan, Provider, VideoNetwork } from './backend.ts'
import type { OrtReply, OrtRequest } from './ort-thread.ts'

type OrtThread = WorkerThread<OrtRequest, OrtReply>

export function startOrtThread(): OrtThread {
  return new WorkerThread(new URL('./ort-thread.ts', import.meta.url))
}

/** ONNX Runtime in a thread of its own, because a run blocks the thread it is called on. */
export function ortBackend(provider: Provider, threads: number): InferenceBackend {
  return {
    provider,
    async open(plan: NetworkPlan): Promise<VideoNetwork> {
      const thread = startOrtThread()
      try {
        await thread.call({ kind: 'open', plan, provider, threads })
      } catch (error) {
        await thread.close()
        throw error
      }
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
  }
}
