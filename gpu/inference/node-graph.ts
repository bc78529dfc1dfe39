import { createRequire } from 'node:module'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Graph, GraphOptions } from './graph.ts'
import { type ElementType, elementType, type Tensor, type TensorData, type TensorFacts } from './tensor.ts'

type Ort = typeof import('onnxruntime-node')
// A plain import would not find the native library from inside a bundle.
const ort = createRequire(import.meta.url)('onnxruntime-node') as Ort

const TYPES: ReadonlySet<string> = new Set<ElementType>(['uint8', 'uint16', 'float32', 'int64'])

/** This package's answers leave dimensions free that were given a value. */
function factsOf(
  metadata: readonly InferenceSession.ValueMetadata[],
  free: GraphOptions['freeDimensions'],
): TensorFacts[] {
  return metadata.map((value) => {
    if (!value.isTensor || !TYPES.has(value.type))
      throw new Error(`"${value.name}" is no tensor this worker can handle`)
    return { name: value.name, type: value.type as ElementType, dims: value.shape.map((dim) => free?.[dim] ?? dim) }
  })
}

function toOrt({ data, dims }: Tensor): OrtTensor {
  return new ort.Tensor(elementType(data), data, dims)
}

const toOrtAll = (tensors: Readonly<Record<string, Tensor>>): Record<string, OrtTensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toOrt(tensor)]))

/** ONNX Runtime through its Node package. A run blocks the thread. */
export async function openNodeGraph(bytes: Uint8Array, options: GraphOptions): Promise<Graph> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [options.provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    ...(options.freeDimensions ? { freeDimensionOverrides: options.freeDimensions } : {}),
    // Idle threads must not spin: the codecs need the cores.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  return {
    inputs: factsOf(session.inputMetadata, options.freeDimensions),
    outputs: factsOf(session.outputMetadata, options.freeDimensions),
    memoryBytes: () => undefined,
    async runInto(inputs, outputs) {
      await session.run(toOrtAll(inputs), toOrtAll(outputs))
    },
    async run(inputs, outputs) {
      const made = await session.run(toOrtAll(inputs), [...outputs])
      return Object.fromEntries(
        Object.entries(made).map(([name, { data, dims }]) => [name, { data: data as TensorData, dims }]),
      )
    },
    release: () => session.release(),
  }
}
