import { batchBytes, chromaBytes, chromaSize, type FrameLayout, lumaBytes, sampleBytes } from '#gpu/media/frames.ts'
import { PLACEMENT } from '#gpu/onnx/model.ts'
import { wrapForVideo } from '#gpu/onnx/yuv-graph.ts'
import type { NetworkPlan } from './backend.ts'
import type { Graph } from './graph.ts'
import type { Tensor } from './tensor.ts'
import { TiledRun } from './tiled-run.ts'
import { planTiles, type Tile } from './tiles.ts'

/** The two tensors of a batch buffer. */
function tensorsOf(buffer: ArrayBuffer, layout: FrameLayout): { luma: Tensor; chroma: Tensor } {
  const { batch, width, height } = layout
  const small = chromaSize(layout)
  const [start, end] = [batch * lumaBytes(layout), batch * (lumaBytes(layout) + chromaBytes(layout))]
  const data = (from: number, to: number) =>
    sampleBytes(layout) === 2 ? new Uint16Array(buffer, from, (to - from) / 2) : new Uint8Array(buffer, from, to - from)
  return {
    luma: { data: data(0, start), dims: [batch, 1, height, width] },
    chroma: { data: data(start, end), dims: [batch, 2, small.height, small.width] },
  }
}

/** Where a tile lies in its frame, as networks that ask for it take it. 4:2:0 frames of odd size are one pixel larger inside the graph. */
function placementOf(frame: FrameLayout, at: { readonly x: number; readonly y: number } = { x: 0, y: 0 }): Tensor {
  const even = (size: number) => (frame.format === 'rgb' ? size : 2 * Math.ceil(size / 2))
  const values = [at.y, at.x, even(frame.height), even(frame.width)]
  return { data: BigInt64Array.from(values, BigInt), dims: [4] }
}

/** One batch through a network wrapped for video, from buffer to buffer. */
export async function runBatch(
  graph: Graph,
  input: ArrayBuffer,
  from: FrameLayout,
  output: ArrayBuffer,
  to: FrameLayout,
  placement: Tensor = placementOf(from),
): Promise<void> {
  const source = tensorsOf(input, from)
  const target = tensorsOf(output, to)
  const inputs: Record<string, Tensor> = { y: source.luma, uv: source.chroma }
  if (graph.inputs.some(({ name }) => name === PLACEMENT)) inputs[PLACEMENT] = placement
  await graph.runInto(inputs, { y_out: target.luma, uv_out: target.chroma })
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
  const tiles = planTiles(layout, plan.maxTilePixels, plan.radius, plan.tileStep)
  const tiled = tiles.tiles.length > 1
  const shape: FrameLayout = tiled ? { ...layout, batch: 1, width: tiles.width, height: tiles.height } : layout
  const graph = await load(wrapForVideo(plan.network, { ...shape, scale, colour }))
  const enlarged: FrameLayout = { ...shape, width: shape.width * scale, height: shape.height * scale }
  const runShape = (input: ArrayBuffer, output: ArrayBuffer) => runBatch(graph, input, shape, output, enlarged)
  // The first run allocates and, on a GPU, searches for algorithms: better here than in the first batch.
  await runShape(new ArrayBuffer(batchBytes(shape)), new ArrayBuffer(batchBytes(enlarged)))
  if (!tiled) return { graph, run: runShape }
  const runTile = (input: ArrayBuffer, output: ArrayBuffer, tile: Tile) =>
    runBatch(graph, input, shape, output, enlarged, placementOf(layout, tile))
  const run = new TiledRun({ layout, scale, tiles, runTile })
  return { graph, run: (input, output, frames, stopped) => run.frames(input, output, frames, stopped) }
}
