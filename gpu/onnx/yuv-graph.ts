import type { FrameFormat } from '#gpu/media/frames.ts'
import { GraphBuilder } from './graph-builder.ts'
import { DATA_TYPE, GRAPH, PLACEMENT, parseModel } from './model.ts'
import { bytesOf } from './protobuf.ts'

export type YuvMatrix = 'bt709' | 'bt601'
export interface YuvColour {
  readonly matrix: YuvMatrix
  /** Full range: 0–255; else limited: luma 16–235, chroma 16–240. */
  readonly fullRange: boolean
}

/** Luma weights of red and blue (ITU-R BT.709 and BT.601). */
const WEIGHTS = { bt709: { red: 0.2126, blue: 0.0722 }, bt601: { red: 0.299, blue: 0.114 } } as const

/** Rows R, G, B; columns Y, Cb, Cr with Y in [0,1] and chroma in [-0.5, 0.5]. */
export function yuvToRgb(matrix: YuvMatrix): readonly [number, number, number][] {
  const { red, blue } = WEIGHTS[matrix]
  const green = 1 - red - blue
  return [
    [1, 0, 2 * (1 - red)],
    [1, (-2 * blue * (1 - blue)) / green, (-2 * red * (1 - red)) / green],
    [1, 2 * (1 - blue), 0],
  ]
}

/** Rows Y, Cb, Cr; columns R, G, B. */
export function rgbToYuv(matrix: YuvMatrix): readonly [number, number, number][] {
  const { red, blue } = WEIGHTS[matrix]
  const green = 1 - red - blue
  const [cb, cr] = [2 * (1 - blue), 2 * (1 - red)]
  return [
    [red, green, blue],
    [-red / cb, -green / cb, (1 - blue) / cb],
    [(1 - red) / cr, -green / cr, -blue / cr],
  ]
}

/** Levels of limited and full range; ten bits are those of eight shifted by two (ITU-R BT.709 and BT.2100), full range is all of them. */
export function quantization(
  fullRange: boolean,
  bits: 8 | 10 = 8,
): { lumaOffset: number; lumaScale: number; chromaScale: number; chromaZero: number; maximum: number } {
  const step = 2 ** (bits - 8)
  const maximum = 2 ** bits - 1
  return fullRange
    ? { lumaOffset: 0, lumaScale: maximum, chromaScale: maximum, chromaZero: 128 * step, maximum }
    : { lumaOffset: 16 * step, lumaScale: 219 * step, chromaScale: 224 * step, chromaZero: 128 * step, maximum }
}

export interface VideoGraphPlan {
  readonly batch: number
  /** Luma size of the input; may be odd. */
  readonly width: number
  readonly height: number
  /** What the network multiplies sizes by. */
  readonly scale: number
  readonly colour: YuvColour
  readonly format?: FrameFormat | undefined
}

export const half = (size: number): number => Math.ceil(size / 2)

/**
 * Wraps an RGB network (float NCHW in [0,1], its one input and output) so that it takes and gives video frames: inputs `y`
 * [n,1,h,w] and `uv` [n,2,⌈h/2⌉,⌈w/2⌉], outputs `y_out` and `uv_out` at `scale` times the size, uint8 or, for ten bits, uint16;
 * and `placement` where the network has one. Frames of format `rgb` have red in `y` and green and blue, full size, in `uv`.
 * Chroma sits at the left of each pair of columns and between rows (the MPEG-2/H.264 default), and is interpolated linearly.
 * An odd edge is repeated once on the way in and cut off on the way out. Needs opset 11 or later.
 */
export function wrapForVideo(network: Uint8Array, plan: VideoGraphPlan): Uint8Array {
  const model = parseModel(network)
  if (model.opset < 11) throw new Error(`onnx: opset ${model.opset} is too old, 11 or later is needed`)
  const graph = new GraphBuilder('video.')
  const { batch, width, height, scale, format } = plan
  const type = format === 'yuv420p10' ? DATA_TYPE.uint16 : DATA_TYPE.uint8
  const chroma = (size: number) => (format === 'rgb' ? size : half(size))
  graph.input('y', type, [batch, 1, height, width])
  graph.input('uv', type, [batch, 2, chroma(height), chroma(width)])
  if (model.placed) graph.input(PLACEMENT, DATA_TYPE.int64, [4])
  if (format === 'rgb') addJoinedRgb(graph, model.input)
  else addYuvToRgb(graph, plan, model.input)
  for (const bytes of bytesOf(model.graph, GRAPH.node)) graph.adopt(GRAPH.node, bytes)
  for (const bytes of bytesOf(model.graph, GRAPH.initializer)) graph.adopt(GRAPH.initializer, bytes)
  if (format === 'rgb') addSplitRgb(graph, model.output)
  else addRgbToYuv(graph, plan, model.output)
  graph.output('y_out', type, [batch, 1, height * scale, width * scale])
  graph.output('uv_out', type, [batch, 2, chroma(height * scale), chroma(width * scale)])
  return graph.finish(model.opset, model.irVersion)
}

function addJoinedRgb(graph: GraphBuilder, rgb: string): void {
  const planes = ['y', 'uv'].map((name) => graph.node('Cast', [name], { to: DATA_TYPE.float }))
  graph.node('Div', [graph.node('Concat', planes, { axis: 1 }), graph.floats([], [255])], {}, rgb)
}

function addSplitRgb(graph: GraphBuilder, output: string): void {
  const bounded = graph.node('Clip', [output, graph.floats([], [0]), graph.floats([], [1])])
  const levels = graph.node('Add', [
    graph.node('Mul', [bounded, graph.floats([], [255])]),
    // The half is for rounding: the cast to uint8 cuts the fraction off.
    graph.floats([], [0.5]),
  ])
  const rounded = graph.node('Cast', [levels], { to: DATA_TYPE.uint8 })
  const channels = (from: number, to: number, name: string) =>
    graph.node('Slice', [rounded, graph.ints([from]), graph.ints([to]), graph.ints([1])], {}, name)
  channels(0, 1, 'y_out')
  channels(1, 3, 'uv_out')
}

const bitsOf = ({ format }: VideoGraphPlan): 8 | 10 => (format === 'yuv420p10' ? 10 : 8)

/** Four luma samples and the chroma around them become four RGB pixels in two small convolutions at half size. */
function addYuvToRgb(graph: GraphBuilder, plan: VideoGraphPlan, rgb: string): void {
  const { lumaOffset, lumaScale, chromaScale, chromaZero } = quantization(plan.colour.fullRange, bitsOf(plan))
  const matrix = yuvToRgb(plan.colour.matrix)
  const cast = (name: string) => graph.node('Cast', [name], { to: DATA_TYPE.float })
  let luma = cast('y')
  const [padBottom, padRight] = [plan.height % 2, plan.width % 2]
  if (padBottom + padRight > 0) {
    luma = graph.node('Pad', [luma, graph.ints([0, 0, 0, 0, 0, 0, padBottom, padRight])], { mode: 'edge' })
  }
  const quads = graph.node('SpaceToDepth', [luma], { blocksize: 2 })
  const chroma = graph.node('Pad', [cast('uv'), graph.ints([0, 0, 1, 1, 0, 0, 1, 1])], { mode: 'edge' })

  const lumaWeights: number[] = []
  const chromaWeights: number[] = []
  const bias: number[] = []
  for (const [toY, toCb, toCr] of matrix) {
    for (const position of [0, 1, 2, 3]) {
      for (const source of [0, 1, 2, 3]) lumaWeights.push(source === position ? toY / lumaScale : 0)
      for (const factor of [toCb, toCr]) {
        for (const tap of chromaTaps(position >> 1, position & 1)) chromaWeights.push((tap * factor) / chromaScale)
      }
      bias.push((-lumaOffset * toY) / lumaScale - (chromaZero * (toCb + toCr)) / chromaScale)
    }
  }
  const fromLuma = graph.node('Conv', [quads, graph.floats([12, 4, 1, 1], lumaWeights), graph.floats([12], bias)], {
    kernel_shape: [1, 1],
  })
  const fromChroma = graph.node('Conv', [chroma, graph.floats([12, 2, 3, 3], chromaWeights)], { kernel_shape: [3, 3] })
  const pixels = graph.node('DepthToSpace', [graph.node('Add', [fromLuma, fromChroma])], { blocksize: 2, mode: 'CRD' })
  graph.node('Clip', [pixels, graph.floats([], [0]), graph.floats([], [1])], {}, rgb)
}

/** 3×3 chroma weights (rows then columns) for the pixel at `row`, `column` of its 2×2 block. */
function chromaTaps(row: number, column: number): number[] {
  const vertical = row === 0 ? [0.25, 0.75, 0] : [0, 0.75, 0.25]
  const horizontal = column === 0 ? [0, 1, 0] : [0, 0.5, 0.5]
  return vertical.flatMap((v) => horizontal.map((h) => v * h))
}

function addRgbToYuv(graph: GraphBuilder, plan: VideoGraphPlan, output: string): void {
  const { lumaOffset, lumaScale, chromaScale, chromaZero, maximum } = quantization(plan.colour.fullRange, bitsOf(plan))
  const type = plan.format === 'yuv420p10' ? DATA_TYPE.uint16 : DATA_TYPE.uint8
  const [toY, toCb, toCr] = rgbToYuv(plan.colour.matrix)
  if (toY === undefined || toCb === undefined || toCr === undefined) throw new Error('a colour matrix has three rows')
  const [high, wide] = [plan.height * plan.scale, plan.width * plan.scale]
  let rgb = output
  if ((plan.width % 2) + (plan.height % 2) > 0) {
    const ends = graph.ints([high, wide])
    rgb = graph.node('Slice', [rgb, graph.ints([0, 0]), ends, graph.ints([2, 3])])
  }
  const bounded = graph.node('Clip', [rgb, graph.floats([], [0]), graph.floats([], [1])])
  // The half is for rounding: the cast to whole numbers cuts the fraction off.
  const luma = mixPlanes(graph, bounded, [toY], lumaScale, lumaOffset + 0.5, { plan, height: high, width: wide })
  graph.node('Cast', [luma], { to: type }, 'y_out')

  // Left-sited chroma is (left + 2·here + right)/4 across: the mean of two plain 2×2 averages one column apart.
  const pool = { kernel_shape: [2, 2], strides: [2, 2] }
  const here = graph.node('AveragePool', [bounded], pool)
  const shifted = graph.node('AveragePool', [bounded], { ...pool, pads: [0, 1, 0, 0], count_include_pad: 0 })
  const pixels = graph.node('Add', [here, shifted])
  const chroma = mixPlanes(graph, pixels, [toCb, toCr], chromaScale / 2, chromaZero + 0.5, {
    plan,
    height: high / 2,
    width: wide / 2,
  })
  const inRange = graph.node('Clip', [chroma, graph.floats([], [0]), graph.floats([], [maximum])])
  graph.node('Cast', [inRange], { to: type }, 'uv_out')
}

/**
 * Weighted sums of the three colour planes, plus an offset. A matrix product: as a 1×1 convolution ONNX Runtime would pad one output channel
 * to sixteen, five times slower.
 */
function mixPlanes(
  graph: GraphBuilder,
  rgb: string,
  rows: readonly (readonly number[])[],
  factor: number,
  offset: number,
  { plan, height, width }: { plan: VideoGraphPlan; height: number; width: number },
): string {
  const flat = graph.node('Reshape', [rgb, graph.ints([plan.batch, 3, height * width])])
  const weights = graph.floats(
    [rows.length, 3],
    rows.flat().map((weight) => weight * factor),
  )
  const mixed = graph.node('Add', [graph.node('MatMul', [weights, flat]), graph.floats([], [offset])])
  return graph.node('Reshape', [mixed, graph.ints([plan.batch, rows.length, height, width])])
}
