import { DATA_TYPE, floatsOf, floatTensor, GRAPH, initializersOf, MODEL, parseModel } from './model.ts'
import { MessageWriter, readMessage, textOf, WIRE, type WireField } from './protobuf.ts'

/**
 * Interpolates two weight sets of one architecture: `(1 − amount) · first + amount · second`, initializer by initializer, by name.
 * Nodes come from `first`. Throws when the two files do not hold the same float initializers with the same shapes.
 */
export function blendModels(first: Uint8Array, second: Uint8Array, amount: number): Uint8Array {
  if (amount === 0) return first
  if (amount === 1) return second
  const base = parseModel(first)
  const other = new Map(initializersOf(parseModel(second).graph).map((tensor) => [tensor.name, tensor]))
  const blended = new Map<string, Uint8Array>()
  for (const tensor of initializersOf(base.graph)) {
    if (tensor.dataType !== DATA_TYPE.float) continue
    const partner = other.get(tensor.name)
    if (partner === undefined || partner.dims.join() !== tensor.dims.join()) {
      throw new Error(`onnx: "${tensor.name}" is not in both weight sets with one shape`)
    }
    const [a, b] = [floatsOf(tensor), floatsOf(partner)]
    const values = a.map((value, index) => (1 - amount) * value + amount * (b[index] ?? Number.NaN))
    blended.set(tensor.name, floatTensor(tensor.name, tensor.dims, values))
  }
  return replaceInitializers(base.fields, blended)
}

function replaceInitializers(model: readonly WireField[], values: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const out = new MessageWriter()
  for (const field of model) {
    if (field.field !== MODEL.graph || field.wire !== WIRE.bytes) {
      out.raw(field)
      continue
    }
    const graph = new MessageWriter()
    for (const entry of readMessage(field.value)) {
      const name =
        entry.field === GRAPH.initializer && entry.wire === WIRE.bytes ? textOf(readMessage(entry.value), 8) : undefined
      const replacement = name === undefined ? undefined : values.get(name)
      if (replacement === undefined) graph.raw(entry)
      else graph.bytes(GRAPH.initializer, replacement)
    }
    out.bytes(MODEL.graph, graph.finish())
  }
  return out.finish()
}
