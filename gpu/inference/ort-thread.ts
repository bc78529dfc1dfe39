import { serveThread, threadData } from '#gpu/threads/worker-thread.ts'
import type { ModelRequest, NetworkPlan } from './backend.ts'
import type { Graph, GraphOptions } from './graph.ts'
import { openGraph } from './open-graph.ts'
import type { Runtime } from './runtime.ts'
import { buffersOf, type Tensor, type TensorFacts } from './tensor.ts'
import { openVideoGraph, type VideoGraph } from './video-graph.ts'

type Tensors = Readonly<Record<string, Tensor>>

export interface OrtThreadData {
  readonly runtime: Runtime
  readonly graph: Omit<GraphOptions, 'freeDimensions'>
  /** Address of the run options, as long as there is a graph; 0 before. */
  readonly runOptions: BigInt64Array
}

export type OrtRequest =
  | { readonly kind: 'open'; readonly plan: NetworkPlan }
  | { readonly kind: 'run'; readonly input: ArrayBuffer; readonly output: ArrayBuffer; readonly frames: number }
  | { readonly kind: 'open-model'; readonly model: ModelRequest }
  | { readonly kind: 'run-model'; readonly inputs: Tensors; readonly outputs: readonly string[] | undefined }

export interface OrtReply {
  readonly input?: ArrayBuffer
  readonly output?: ArrayBuffer
  readonly model?: { readonly inputs: readonly TensorFacts[]; readonly outputs: readonly TensorFacts[] }
  readonly tensors?: Record<string, Tensor>
  /** Memory that opening took, in bytes. */
  readonly memoryBytes?: number
}

const { runtime, graph: options, runOptions } = threadData() as OrtThreadData
/** What is loaded: for video, or as it is. */
let graph: Graph | undefined
let video: VideoGraph | undefined
let model: Graph | undefined

/** Loads with `open`, and says how much memory that took; where ONNX Runtime does not say, the process has grown by about that much. */
async function measured(open: () => Promise<Graph>, least: number): Promise<number> {
  const before = process.memoryUsage.rss()
  const loaded = await open()
  return Math.max(least, loaded.memoryBytes() ?? process.memoryUsage.rss() - before)
}

const load =
  (stopped: () => boolean, freeDimensions?: ModelRequest['freeDimensions']) =>
  async (bytes: Uint8Array): Promise<Graph> => {
    const onRunOptions = (address: bigint) => void Atomics.store(runOptions, 0, address)
    // Kept here, too, so that it is released when its first run fails.
    graph = await openGraph(runtime, bytes, { ...options, freeDimensions }, { stopped, onRunOptions })
    return graph
  }

serveThread<OrtRequest, OrtReply>(
  async (request, stopped) => {
    switch (request.kind) {
      case 'open': {
        const open = async () => {
          video = await openVideoGraph(request.plan, load(stopped))
          return video.graph
        }
        return { body: { memoryBytes: await measured(open, request.plan.network.length) } }
      }
      case 'run': {
        if (video === undefined) throw new Error('no network is open')
        const { input, output } = request
        await video.run(input, output, request.frames, stopped)
        return { body: { input, output }, transfer: [input, output] }
      }
      case 'open-model': {
        const { bytes, freeDimensions } = request.model
        const open = async () => {
          model = await load(stopped, freeDimensions)(bytes)
          return model
        }
        const memoryBytes = await measured(open, bytes.length)
        return { body: { memoryBytes, model: { inputs: model?.inputs ?? [], outputs: model?.outputs ?? [] } } }
      }
      case 'run-model': {
        if (model === undefined) throw new Error('no model is open')
        const tensors = await model.run(request.inputs, request.outputs ?? model.outputs.map(({ name }) => name))
        return { body: { tensors }, transfer: buffersOf(tensors) }
      }
    }
  },
  async () => {
    Atomics.store(runOptions, 0, 0n)
    await graph?.release()
  },
)
