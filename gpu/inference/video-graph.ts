import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { wrapForVideo } from '#gpu/onnx/yuv-graph.ts'
import type { NetworkPlan } from './backend.ts'
import type { Graph } from './graph.ts'
import type { Tensor } from './tensor.ts'
import { TiledRun } from './tiled-run.ts'
import { planTiles } from './tiles.ts'

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

/** One batch through a network wrapped for video, from buffer to buffer. */
export async function runBatch(
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

export interface VideoGraph {
  readonly graph: Graph
  /** One batch of `plan.layout` through the network, in tiles if need be. */
  run(input: ArrayBuffer, output: ArrayBuffer, frames: number, stopped: () => boolean): Promise<void>
}

/** Loads a network for frames of one size, and runs it once. */
export async function openVideoGraph(
  plan: NetworkPlan,
  load: (bytes: Uint8Array) => Promise<Graph>,
): Promise<VideoGraph> {
  const { layout, scale, colour } = plan
  const tiles = planTiles(layout, plan.maxTilePixels, plan.radius)
  const tiled = tiles.tiles.length > 1
  const shape: FrameLayout = tiled ? { batch: 1, width: tiles.width, height: tiles.height } : layout
  const graph = await load(wrapForVideo(plan.network, { ...shape, scale, colour }))
  const enlarged: FrameLayout = { batch: shape.batch, width: shape.width * scale, height: shape.height * scale }
  const runShape = (input: ArrayBuffer, output: ArrayBuffer) => runBatch(graph, input, shape, output, enlarged)
  // The first run allocates and, on a GPU, searches for algorithms: better here than in the first batch.
  await runShape(new ArrayBuffer(batchBytes(shape)), new ArrayBuffer(batchBytes(enlarged)))
  if (!tiled) return { graph, run: runShape }
  const run = new TiledRun({ layout, scale, tiles, runTile: runShape })
  return { graph, run: (input, output, frames, stopped) => run.frames(input, output, frames, stopped) }
}
