import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { wrapForVideo } from '#gpu/onnx/yuv-graph.ts'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import type { ModelRequest, NetworkPlan, Provider } from './backend.ts'
import type { Graph } from './graph.ts'
import { openNodeGraph } from './node-graph.ts'
import { buffersOf, type Tensor, type TensorFacts } from './tensor.ts'
import { TiledRun } from './tiled-run.ts'
import { planTiles } from './tiles.ts'

type Tensors = Readonly<Record<string, Tensor>>

export type OrtRequest =
  | { readonly kind: 'open'; readonly plan: NetworkPlan; readonly provider: Provider; readonly threads: number }
  | { readonly kind: 'run'; readonly input: ArrayBuffer; readonly output: ArrayBuffer; readonly frames: number }
  | { readonly kind: 'open-model'; readonly model: ModelRequest; readonly provider: Provider; readonly threads: number }
  | { readonly kind: 'run-model'; readonly inputs: Tensors; readonly outputs: readonly string[] | undefined }
  | { readonly kind: 'prove'; readonly network: Uint8Array; readonly provider: Provider }
export interface OrtReply {
  readonly input?: ArrayBuffer
  readonly output?: ArrayBuffer
  readonly model?: { readonly inputs: readonly TensorFacts[]; readonly outputs: readonly TensorFacts[] }
  readonly tensors?: Record<string, Tensor>
  /** Milliseconds per batch and largest difference to the CPU, from a self-test. */
  readonly proof?: { readonly ms: number; readonly cpuMs: number; readonly maxDifference: number }
}

/** The two tensors of a batch buffer. */
function planesOf(buffer: ArrayBuffer, { batch, width, height }: FrameLayout): { luma: Tensor; chroma: Tensor } {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const lumaBytes = batch * width * height
  const chroma = new Uint8Array(buffer, lumaBytes, 2 * batch * halfWidth * halfHeight)
  return {
    luma: { data: new Uint8Array(buffer, 0, lumaBytes), dims: [batch, 1, height, width] },
    chroma: { data: chroma, dims: [batch, 2, halfHeight, halfWidth] },
  }
}

/** One batch through a wrapped network, from buffer to buffer. */
async function runBatch(
  graph: Graph,
  input: ArrayBuffer,
  from: FrameLayout,
  output: ArrayBuffer,
  to: FrameLayout,
): Promise<void> {
  const source = planesOf(input, from)
  const target = planesOf(output, to)
  await graph.runInto({ y: source.luma, uv: source.chroma }, { y_out: target.luma, uv_out: target.chroma })
}

interface OpenNetwork {
  readonly run: (input: ArrayBuffer, output: ArrayBuffer, frames: number, stopped: () => boolean) => Promise<void>
}
let network: OpenNetwork | undefined
let model: Graph | undefined

async function open(plan: NetworkPlan, provider: Provider, threads: number): Promise<OpenNetwork> {
  const { layout, scale, colour } = plan
  const tiles = planTiles(layout, plan.maxTilePixels, plan.radius)
  const tiled = tiles.tiles.length > 1
  const shape: FrameLayout = tiled ? { batch: 1, width: tiles.width, height: tiles.height } : layout
  const graph = await openNodeGraph(wrapForVideo(plan.network, { ...shape, scale, colour }), { provider, threads })
  const enlarged = (from: FrameLayout): FrameLayout => ({
    batch: from.batch,
    width: from.width * scale,
    height: from.height * scale,
  })
  const runShape = (input: ArrayBuffer, output: ArrayBuffer) => runBatch(graph, input, shape, output, enlarged(shape))
  // The first run allocates and, on a GPU, searches for algorithms: better here than in the first batch.
  await runShape(new ArrayBuffer(batchBytes(shape)), new ArrayBuffer(batchBytes(enlarged(shape))))
  if (!tiled) return { run: (input, output) => runShape(input, output) }
  const run = new TiledRun({ layout, scale, tiles, runTile: runShape })
  return { run: (input, output, frames, stopped) => run.frames(input, output, frames, stopped) }
}

/** Runs one small batch on the provider and on the CPU. */
async function prove(bytes: Uint8Array, provider: Provider): Promise<NonNullable<OrtReply['proof']>> {
  const layout: FrameLayout = { batch: 1, width: 128, height: 96 }
  const to: FrameLayout = { batch: 1, width: 256, height: 192 }
  const wrapped = wrapForVideo(bytes, { ...layout, scale: 2, colour: { matrix: 'bt709', fullRange: false } })
  const input = new Uint8Array(batchBytes(layout)).map((_, index) => 16 + ((index * 2654435761) >>> 25))
  const timed = async (on: Provider) => {
    const graph = await openNodeGraph(wrapped, { provider: on, threads: 1 })
    const output = new ArrayBuffer(batchBytes(to))
    await runBatch(graph, input.buffer, layout, output, to)
    const start = performance.now()
    await runBatch(graph, input.buffer, layout, output, to)
    const ms = performance.now() - start
    await graph.release()
    return { ms, output: new Uint8Array(output) }
  }
  const cpu = await timed('cpu')
  const own = provider === 'cpu' ? cpu : await timed(provider)
  const maxDifference = own.output.reduce(
    (worst, value, index) => Math.max(worst, Math.abs(value - (cpu.output[index] ?? 0))),
    0,
  )
  return { ms: own.ms, cpuMs: cpu.ms, maxDifference }
}

serveThread<OrtRequest, OrtReply>(async (request, stopped) => {
  switch (request.kind) {
    case 'open':
      network = await open(request.plan, request.provider, request.threads)
      return { body: {} }
    case 'prove':
      return { body: { proof: await prove(request.network, request.provider) } }
    case 'run': {
      if (network === undefined) throw new Error('no network is open')
      const { input, output } = request
      await network.run(input, output, request.frames, stopped)
      return { body: { input, output }, transfer: [input, output] }
    }
    case 'open-model': {
      const { provider, threads } = request
      const { bytes, freeDimensions } = request.model
      model = await openNodeGraph(bytes, { provider, threads, freeDimensions })
      return { body: { model: { inputs: model.inputs, outputs: model.outputs } } }
    }
    case 'run-model': {
      if (model === undefined) throw new Error('no model is open')
      const tensors = await model.run(request.inputs, request.outputs ?? model.outputs.map(({ name }) => name))
      return { body: { tensors }, transfer: buffersOf(tensors) }
    }
  }
})
