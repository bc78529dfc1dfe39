import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import {
  DATA_TYPE,
  GRAPH,
  initializersOf,
  int64Tensor,
  NODE,
  type OnnxModel,
  parseModel,
  TENSOR,
} from '#gpu/onnx/model.ts'
import { bytesOf, readMessage, textOf } from '#gpu/onnx/protobuf.ts'
import { quantization, type YuvColour, yuvToRgb } from '#gpu/onnx/yuv-graph.ts'
import type { Letterbox, Size } from './letterbox.ts'

/** Pixels as a detector was trained on them. */
export interface PixelFormat {
  readonly order: 'rgb' | 'bgr'
  /** Value of white: 255 or 1. */
  readonly white: number
  /** Value of the padding, in the same units. */
  readonly padding: number
}

export interface DetectorGraphPlan {
  readonly batch: number
  readonly letterbox: Letterbox
  readonly colour: YuvColour
  readonly pixels: PixelFormat
  readonly head: DetectorHead
  /** COCO indices of the classes that are looked for. */
  readonly classes: readonly number[]
}

/**
 * What a network answers: `yolox` [n, anchors, 5 + classes] as offsets in grid cells, objectness and class scores; `yolov8`
 * [n, 4 + classes, anchors] as centre and size in pixels, and class scores.
 */
export type DetectorHead = 'yolox' | 'yolov8'

/** Cell sizes of the three grids, pixels, in the order of the anchors. */
export const GRID_STRIDES = [8, 16, 32] as const

export function anchorCount({ width, height }: Size): number {
  return GRID_STRIDES.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0)
}

/**
 * Puts 8-bit 4:2:0 video in front of a detector: inputs `y` [n,1,h,w] and `uv` [n,2,h/2,w/2] of the letterbox's content, uint8; the
 * output is `detections` [n, 4 + classes looked for, anchors], float: four numbers of the box as the network gives them, then one score a
 * class. Needs opset 11 or later.
 */
export function wrapDetector(network: Uint8Array, plan: DetectorGraphPlan): Uint8Array {
  const model = parseModel(network)
  if (model.opset < 11) throw new Error(`onnx: opset ${model.opset} is too old, 11 or later is needed`)
  const graph = new GraphBuilder('detector.')
  const { width, height } = plan.letterbox.content
  graph.input('y', DATA_TYPE.uint8, [plan.batch, 1, height, width])
  graph.input('uv', DATA_TYPE.uint8, [plan.batch, 2, height / 2, width / 2])
  addPixels(graph, plan, model)
  for (const bytes of bytesOf(model.graph, GRAPH.node)) graph.adopt(GRAPH.node, bytes)
  for (const bytes of anyBatch(model)) graph.adopt(GRAPH.initializer, bytes)
  addReduction(graph, plan, model.output)
  const rows = 4 + plan.classes.length
  graph.output('detections', DATA_TYPE.float, [plan.batch, rows, anchorCount(plan.letterbox.input)])
  return graph.finish(model.opset, model.irVersion)
}

/**
 * Exports for a batch of one spell that out in the shapes of their reshapes, `[1, 85, -1]`. A zero there means "as it was", which is
 * right for any batch.
 */
function anyBatch(model: OnnxModel): Uint8Array[] {
  const shapes = new Set(
    bytesOf(model.graph, GRAPH.node).flatMap((bytes) => {
      const node = readMessage(bytes)
      return textOf(node, NODE.opType) === 'Reshape' ? [nodeInputs(node)[1]] : []
    }),
  )
  const tensors = initializersOf(model.graph)
  return bytesOf(model.graph, GRAPH.initializer).map((bytes, index) => {
    const tensor = tensors[index]
    if (tensor === undefined || tensor.dataType !== DATA_TYPE.int64 || !shapes.has(tensor.name)) return bytes
    const raw = bytesOf(tensor.fields, TENSOR.rawData)[0]
    if (raw === undefined) return bytes
    const [batch, ...rest] = new BigInt64Array(Uint8Array.from(raw).buffer)
    return batch === 1n && rest.includes(-1n) ? int64Tensor(tensor.name, [0, ...rest.map(Number)]) : bytes
  })
}

const nodeInputs = (node: ReturnType<typeof readMessage>): string[] =>
  bytesOf(node, NODE.input).map((name) => new TextDecoder().decode(name))

/** Four luma samples and their chroma pair become four pixels in one 1×1 convolution at half size; a detector needs no smoother chroma. */
function addPixels(graph: GraphBuilder, { colour, pixels, letterbox }: DetectorGraphPlan, model: OnnxModel): void {
  const { lumaOffset, lumaScale, chromaScale } = quantization(colour.fullRange)
  const rgb = yuvToRgb(colour.matrix)
  const rows = pixels.order === 'rgb' ? rgb : [...rgb].reverse()
  const weights: number[] = []
  const bias: number[] = []
  for (const [toY, toCb, toCr] of rows) {
    for (const position of [0, 1, 2, 3]) {
      for (const source of [0, 1, 2, 3]) weights.push(source === position ? (pixels.white * toY) / lumaScale : 0)
      weights.push((pixels.white * toCb) / chromaScale, (pixels.white * toCr) / chromaScale)
      bias.push(pixels.white * ((-lumaOffset * toY) / lumaScale - (128 * (toCb + toCr)) / chromaScale))
    }
  }
  const cast = (name: string) => graph.node('Cast', [name], { to: DATA_TYPE.float })
  const quads = graph.node('Concat', [graph.node('SpaceToDepth', [cast('y')], { blocksize: 2 }), cast('uv')], {
    axis: 1,
  })
  const mixed = graph.node('Conv', [quads, graph.floats([12, 6, 1, 1], weights), graph.floats([12], bias)], {
    kernel_shape: [1, 1],
  })
  const bounded = graph.node('Clip', [mixed, graph.floats([], [0]), graph.floats([], [pixels.white])])
  const picture = graph.node('DepthToSpace', [bounded], { blocksize: 2, mode: 'CRD' })
  const { left, top, input, content } = letterbox
  const [right, bottom] = [input.width - content.width - left, input.height - content.height - top]
  const pads = graph.ints([0, 0, top, left, 0, 0, bottom, right])
  graph.node('Pad', [picture, pads, graph.floats([], [pixels.padding])], { mode: 'constant' }, model.input)
}

/** Most of the 80 classes are not asked for: leaving them out here spares the copies of the whole output. */
function addReduction(graph: GraphBuilder, { head, classes }: DetectorGraphPlan, output: string): void {
  const rows = (from: string, start: number, end: number) =>
    graph.node('Slice', [from, graph.ints([start]), graph.ints([end]), graph.ints([1])])
  const first = head === 'yolox' ? 5 : 4
  const planar = head === 'yolox' ? graph.node('Transpose', [output], { perm: [0, 2, 1] }) : output
  const wanted = graph.ints(classes.map((index) => first + index))
  const scores = graph.node('Gather', [planar, wanted], { axis: 1 })
  const certain = head === 'yolox' ? graph.node('Mul', [scores, rows(planar, 4, 5)]) : scores
  graph.node('Concat', [rows(planar, 0, 4), certain], { axis: 1 }, 'detections')
}
