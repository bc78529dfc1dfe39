/** Whole buffers only: data that crosses threads is transferred, and with a view everything beside it would go too. */
export type TensorData =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
export type ElementType = 'uint8' | 'uint16' | 'float32' | 'int64'

/** A dense row-major array, as ONNX knows it. */
export interface Tensor {
  readonly data: TensorData
  readonly dims: readonly number[]
}

/** What a network says about one of its inputs or outputs; a dimension that is not fixed is its name. */
export interface TensorFacts {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly (number | string)[]
}

export function elementType(data: TensorData): ElementType {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Uint16Array) return 'uint16'
  return data instanceof Float32Array ? 'float32' : 'int64'
}

/** A typed array of zeros. */
export function newData(type: ElementType, elements: number): TensorData {
  switch (type) {
    case 'uint8':
      return new Uint8Array(elements)
    case 'uint16':
      return new Uint16Array(elements)
    case 'float32':
      return new Float32Array(elements)
    case 'int64':
      return new BigInt64Array(elements)
  }
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** The buffers behind tensors, each once, for a transfer. */
export function buffersOf(tensors: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  return [...new Set(Object.values(tensors).map(({ data }) => data.buffer))]
}
