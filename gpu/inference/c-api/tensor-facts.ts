import type { ElementType, TensorFacts } from '#gpu/inference/tensor.ts'
import type { OrtLibrary, Pointer } from './library.ts'

/** `ONNXTensorElementDataType`. */
export const ELEMENT_TYPES = { float32: 1, uint8: 2, uint16: 4, int64: 7 } as const satisfies Record<
  ElementType,
  number
>

function typeOf(code: number, name: string): ElementType {
  for (const [type, value] of Object.entries(ELEMENT_TYPES)) if (value === code) return type as ElementType
  throw new Error(`"${name}" is no tensor this worker can handle (element type ${code})`)
}

/** Type and dimensions of an `OrtTensorTypeAndShapeInfo`; a dimension that is not fixed is -1. */
export function readShape(library: OrtLibrary, info: Pointer, name: string): { type: ElementType; dims: number[] } {
  const type = typeOf(library.number('GetTensorElementType', info), name)
  const dims = new BigInt64Array(library.number('GetDimensionsCount', info))
  library.call('GetDimensions', info, dims, dims.length)
  return { type, dims: Array.from(dims, Number) }
}

/** What a session says about its inputs or outputs. */
export function readFacts(
  library: OrtLibrary,
  session: Pointer,
  allocator: Pointer,
  side: 'Input' | 'Output',
): TensorFacts[] {
  const count = library.number(`SessionGet${side}Count`, session)
  return Array.from({ length: count }, (_, index) => {
    const text = library.make(`SessionGet${side}Name`, session, index, allocator)
    const name = library.text(text)
    library.call('AllocatorFree', allocator, text)
    const info = library.make(`SessionGet${side}TypeInfo`, session, index)
    try {
      // Belongs to `info`; null for what is no tensor.
      const tensor = library.maybe('CastTypeInfoToTensorInfo', info)
      if (tensor === null) throw new Error(`"${name}" is no tensor this worker can handle`)
      const { type, dims } = readShape(library, tensor, name)
      const names = symbolicNames(library, tensor, dims.length)
      return { name, type, dims: dims.map((dim, at) => (dim >= 0 ? dim : (names[at] ?? ''))) }
    } finally {
      library.release('ReleaseTypeInfo', info)
    }
  })
}

/** Names of the dimensions, empty where one is fixed or nameless. They belong to `tensor`. */
function symbolicNames(library: OrtLibrary, tensor: Pointer, rank: number): string[] {
  const addresses = new BigInt64Array(rank)
  library.call('GetSymbolicDimensions', tensor, addresses, rank)
  return Array.from(addresses, (address) => (address === 0n ? '' : library.text(address)))
}
