import { createRequire } from 'node:module'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { wrapForVideo } from '#gpu/onnx/yuv-graph.ts'
import { serveThread } from '#gpu/threads/worker-thread.ts'
import type { NetworkPlan, Provider } from './backend.ts'
import { TiledRun } from './tiled-run.ts'
import { planTiles } from './tiles.ts'

type Ort = typeof import('onnxruntime-node')
const ort = createRequire(import.meta.url)('onnxruntime-node') as Ort

export type OrtRequest =
  | { readonly kind: 'open'; readonly plan: NetworkPlan; readonly provider: Provider; readonly threads: number }
  | { readonly kind: 'run'; readonly input: ArrayBuffer; readonly output: ArrayBuffer; readonly frames: number }
  | { readonly kind: 'prove'; readonly network: Uint8Array; readonly provider: Provider }
export interface OrtReply {
  readonly input?: ArrayBuffer
  readonly output?: ArrayBuffer
  /** Milliseconds per batch and largest difference to the CPU, from a self-test. */
  readonly proof?: { readonly ms: number; readonly cpuMs: number; readonly maxDifference: number }
}

/** Fixed shapes everywhere: CUDA searches for the best algorithm once per new shape. */
function createSession(graph: Uint8Array, provider: Provider, threads: number): Promise<InferenceSession> {
  return ort.InferenceSession.create(graph, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    // Idle threads must not spin: the codecs need the cores.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}

function tensors(buffer: ArrayBuffer, { batch, width, height }: FrameLayout): { luma: Tensor; chroma: Tensor } {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const lumaBytes = batch * width * height
  return {
    luma: new ort.Tensor('uint8', new Uint8Array(buffer, 0, lumaBytes), [batch, 1, height, width]),
    chroma: new ort.Tensor('uint8', new Uint8Array(buffer, lumaBytes, 2 * batch * halfWidth * halfHeight), [
      batch,
      2,
      halfHeight,
      halfWidth,
    ]),
  }
}

/** One batch through a wrapped network, from buffer to buffer. */
async function runBatch(
  session: InferenceSession,
  input: ArrayBuffer,
  from: FrameLayout,
  output: ArrayBuffer,
  to: FrameLayout,
): Promise<void> {
  const source = tensors(input, from)
  const target = tensors(output, to)
  await session.run({ y: source.luma, uv: source.chroma }, { y_out: target.luma, uv_out: target.chroma })
}

interface OpenNetwork {
  readonly run: (input: ArrayBuffer, output: ArrayBuffer, frames: number, stopped: () => boolean) => Promise<void>
}
let network: OpenNetwork | undefined

async function open(plan: NetworkPlan, provider: Provider, threads: number): Promise<OpenNetwork> {
  const { layout, scale, colour } = plan
  const tiles = planTiles(layout, plan.maxTilePixels, plan.radius)
  const tiled = tiles.tiles.length > 1
  const shape: FrameLayout = tiled ? { batch: 1, width: tiles.width, height: tiles.height } : layout
  const session = await createSession(wrapForVideo(plan.network, { ...shape, scale, colour }), provider, threads)
  const enlarged = (from: FrameLayout): FrameLayout => ({
    batch: from.batch,
    width: from.width * scale,
    height: from.height * scale,
  })
  const runShape = (input: ArrayBuffer, output: ArrayBuffer) => runBatch(session, input, shape, output, enlarged(shape))
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
  const graph = wrapForVideo(bytes, { ...layout, scale: 2, colour: { matrix: 'bt709', fullRange: false } })
  const input = new Uint8Array(batchBytes(layout)).map((_, index) => 16 + ((index * 2654435761) >>> 25))
  const timed = async (on: Provider) => {
    const session = await createSession(graph, on, 1)
    const output = new ArrayBuffer(batchBytes(to))
    await runBatch(session, input.buffer, layout, output, to)
    const start = performance.now()
    await runBatch(session, input.buffer, layout, output, to)
    const ms = performance.now() - start
    await session.release()
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
  }
})
