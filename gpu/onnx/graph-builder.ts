import { floatTensor, GRAPH, int64Tensor, MODEL, NODE, valueInfo } from './model.ts'
import { MessageWriter } from './protobuf.ts'

/** A plain number is an integer; ONNX keeps floats apart. */
export type Attribute = number | readonly number[] | string | { readonly float: number }

const ATTRIBUTE = { name: 1, float: 2, int: 3, text: 4, ints: 8, type: 20 } as const
const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, ints: 7 } as const

function attribute(name: string, value: Attribute): Uint8Array {
  const writer = new MessageWriter().text(ATTRIBUTE.name, name)
  if (typeof value === 'number')
    return writer.varint(ATTRIBUTE.int, value).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.int).finish()
  if (typeof value === 'string')
    return writer.text(ATTRIBUTE.text, value).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.text).finish()
  if ('float' in value)
    return writer.float(ATTRIBUTE.float, value.float).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.float).finish()
  for (const entry of value) writer.varint(ATTRIBUTE.ints, entry)
  return writer.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints).finish()
}

/** Collects nodes and constants of one ONNX graph. Names it makes up start with `prefix`, so that a network can be merged in. */
export class GraphBuilder {
  readonly #prefix: string
  readonly #graph = new MessageWriter()
  #count = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  #name(kind: string): string {
    this.#count += 1
    return `${this.#prefix}${kind}_${this.#count}`
  }

  /** Adds a node and returns its output's name. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output?: string,
  ): string {
    const name = output ?? this.#name(opType)
    const writer = new MessageWriter()
    for (const input of inputs) writer.text(NODE.input, input)
    writer.text(NODE.output, name).text(NODE.name, this.#name('node')).text(NODE.opType, opType)
    for (const [key, value] of Object.entries(attributes)) writer.bytes(NODE.attribute, attribute(key, value))
    this.#graph.bytes(GRAPH.node, writer.finish())
    return name
  }

  floats(dims: readonly number[], values: readonly number[]): string {
    return this.weights(this.#name('const'), dims, Float32Array.from(values))
  }

  /** Trained numbers under a name of their own, by which two weight sets are blended. */
  weights(name: string, dims: readonly number[], values: Float32Array): string {
    this.#graph.bytes(GRAPH.initializer, floatTensor(name, dims, values))
    return name
  }

  ints(values: readonly number[]): string {
    const name = this.#name('const')
    this.#graph.bytes(GRAPH.initializer, int64Tensor(name, values))
    return name
  }

  input(name: string, dataType: number, dims: readonly (number | string)[]): string {
    this.#graph.bytes(GRAPH.input, valueInfo(name, dataType, dims))
    return name
  }

  output(name: string, dataType: number, dims: readonly (number | string)[]): void {
    this.#graph.bytes(GRAPH.output, valueInfo(name, dataType, dims))
  }

  /** A node or initializer of another graph, as its original bytes. */
  adopt(field: number, bytes: Uint8Array): void {
    this.#graph.bytes(field, bytes)
  }

  finish(opset: number, irVersion: number): Uint8Array {
    const opsetImport = new MessageWriter().text(1, '').varint(2, opset).finish()
    return new MessageWriter()
      .varint(MODEL.irVersion, irVersion)
      .text(MODEL.producer, 'reelballers')
      .bytes(MODEL.graph, this.#graph.text(GRAPH.name, 'video').finish())
      .bytes(MODEL.opsetImport, opsetImport)
      .finish()
  }
}
