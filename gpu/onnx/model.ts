import { bytesOf, MessageWriter, numberOf, readMessage, textOf, WIRE, type WireField } from './protobuf.ts'

/** Field numbers of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). */
export const MODEL = { irVersion: 1, producer: 2, graph: 7, opsetImport: 8 } as const
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 } as const
export const TENSOR = { dims: 1, dataType: 2, floatData: 4, int64Data: 7, name: 8, rawData: 9 } as const
export const DATA_TYPE = { float: 1, uint8: 2, uint16: 4, int64: 7 } as const

/** An ONNX network opened just far enough to be rewired: nodes and weights stay as their original bytes. */
export interface OnnxModel {
  readonly fields: readonly WireField[]
  readonly graph: readonly WireField[]
  readonly input: string
  readonly output: string
  /** Whether the network asks where in the frame its tile lies (`PLACEMENT`). */
  readonly placed: boolean
  readonly opset: number
  readonly irVersion: number
}

/**
 * Second input of a network whose result depends on more than its tile's pixels: int64 [top, left, height and width of the whole
 * frame], in pixels of the network's input.
 */
export const PLACEMENT = 'placement'

/** Opens a model with one input (besides the placement) and one output; initializers that are also listed as inputs (old IR) do not count. */
export function parseModel(bytes: Uint8Array): OnnxModel {
  const fields = readMessage(bytes)
  const graphBytes = bytesOf(fields, MODEL.graph)[0]
  if (graphBytes === undefined) throw new Error('onnx: the file holds no graph')
  const graph = readMessage(graphBytes)
  const weights = new Set(initializersOf(graph).map((tensor) => tensor.name))
  const inputs = bytesOf(graph, GRAPH.input).map((value) => textOf(readMessage(value), 1) ?? '')
  const free = inputs.filter((name) => !weights.has(name) && name !== PLACEMENT)
  const outputs = bytesOf(graph, GRAPH.output).map((value) => textOf(readMessage(value), 1) ?? '')
  const [input] = free
  const [output] = outputs
  if (free.length !== 1 || outputs.length !== 1 || input === undefined || output === undefined) {
    throw new Error(`onnx: expected one input and one output, found ${free.length} and ${outputs.length}`)
  }
  const opset = bytesOf(fields, MODEL.opsetImport)
    .map(readMessage)
    .find((entry) => (textOf(entry, 1) ?? '') === '')
  return {
    fields,
    graph,
    input,
    output,
    placed: inputs.includes(PLACEMENT),
    opset: opset === undefined ? 1 : (numberOf(opset, 2) ?? 1),
    irVersion: numberOf(fields, MODEL.irVersion) ?? 8,
  }
}

export interface Initializer {
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  readonly fields: readonly WireField[]
}

export function initializersOf(graph: readonly WireField[]): Initializer[] {
  return bytesOf(graph, GRAPH.initializer).map((bytes) => {
    const fields = readMessage(bytes)
    return {
      name: textOf(fields, TENSOR.name) ?? '',
      dims: dimsOf(fields),
      dataType: numberOf(fields, TENSOR.dataType) ?? 0,
      fields,
    }
  })
}

function dimsOf(fields: readonly WireField[]): number[] {
  return fields.flatMap((entry) => {
    if (entry.field !== TENSOR.dims) return []
    if (entry.wire === WIRE.varint) return [Number(entry.value)]
    // Packed: several varints in one field.
    return readPackedVarints(entry.value)
  })
}

function readPackedVarints(bytes: Uint8Array): number[] {
  const values: number[] = []
  let value = 0
  let shift = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * shift
    shift *= 128
    if (byte < 0x80) {
      values.push(value)
      value = 0
      shift = 1
    }
  }
  return values
}

/** The float32 values of a tensor, from `raw_data` or `float_data`. */
export function floatsOf(tensor: Initializer): Float32Array {
  const bytes = bytesOf(tensor.fields, TENSOR.rawData)[0] ?? bytesOf(tensor.fields, TENSOR.floatData)[0]
  if (tensor.dataType !== DATA_TYPE.float || bytes === undefined) {
    throw new Error(`onnx: initializer "${tensor.name}" holds no float32 data`)
  }
  return new Float32Array(Uint8Array.from(bytes).buffer)
}

export function floatTensor(name: string, dims: readonly number[], values: Float32Array): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return tensor(name, dims, DATA_TYPE.float, raw)
}

export function int64Tensor(name: string, values: readonly number[]): Uint8Array {
  const data = BigInt64Array.from(values, BigInt)
  return tensor(name, [values.length], DATA_TYPE.int64, new Uint8Array(data.buffer))
}

function tensor(name: string, dims: readonly number[], dataType: number, raw: Uint8Array): Uint8Array {
  const writer = new MessageWriter()
  for (const dim of dims) writer.varint(TENSOR.dims, dim)
  return writer.varint(TENSOR.dataType, dataType).text(TENSOR.name, name).bytes(TENSOR.rawData, raw).finish()
}

/** `ValueInfoProto` of a tensor; a dimension of any length has a name instead of a number. */
export function valueInfo(name: string, dataType: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = new MessageWriter()
  for (const dim of dims) {
    const length = new MessageWriter()
    shape.bytes(1, (typeof dim === 'number' ? length.varint(1, dim) : length.text(2, dim)).finish())
  }
  const type = new MessageWriter().varint(1, dataType).bytes(2, shape.finish())
  return new MessageWriter().text(1, name).bytes(2, new MessageWriter().bytes(1, type.finish()).finish()).finish()
}
