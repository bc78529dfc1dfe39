import { damaged } from './damaged.ts'
import { type ElementType, STORAGES, type TensorRef } from './pickle-values.ts'

/** A tensor's numbers as float32, row by row, whatever they are stored as and however its storage is strided. */
export function tensorValues(tensor: TensorRef, storage: Buffer): Float32Array {
  const { shape, strides, offset } = tensor
  const { type, bytes } = STORAGES[tensor.storage.name]
  const count = shape.reduce((product, length) => product * length, 1)
  if (count === 0) return new Float32Array(0)
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), offset)
  if ((last + 1) * bytes > storage.length) throw damaged('a tensor reaches beyond its numbers')
  const values = new Float32Array(count)
  if (isContiguous(shape, strides)) {
    if (type === 'float32') {
      new Uint8Array(values.buffer).set(storage.subarray(offset * bytes, (offset + count) * bytes))
      return values
    }
    const read = elementReader(storage, type)
    for (let index = 0; index < count; index++) values[index] = read(offset + index)
    return values
  }
  gather(values, tensor, elementReader(storage, type))
  return values
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    if (length !== 1 && strides[axis] !== expected) return false
    expected *= length
  }
  return true
}

/** Walks all indices in row-major order, the position in the storage moving along. */
function gather(values: Float32Array, { shape, strides, offset }: TensorRef, read: (position: number) => number): void {
  const index = shape.map(() => 0)
  let position = offset
  for (let at = 0; at < values.length; at++) {
    values[at] = read(position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [length, stride, here] = [shape[axis] ?? 1, strides[axis] ?? 0, index[axis] ?? 0]
      if (here + 1 < length) {
        index[axis] = here + 1
        position += stride
        break
      }
      index[axis] = 0
      position -= here * stride
    }
  }
}

function elementReader(storage: Buffer, type: ElementType): (position: number) => number {
  const view = new DataView(storage.buffer, storage.byteOffset, storage.byteLength)
  switch (type) {
    case 'float32':
      return (at) => view.getFloat32(4 * at, true)
    case 'float16':
      return (at) => halfToNumber(view.getUint16(2 * at, true))
    case 'bfloat16': {
      // The upper half of a float32.
      const [float, bits] = sharedWord()
      return (at) => {
        bits[0] = view.getUint16(2 * at, true) << 16
        return float[0] ?? Number.NaN
      }
    }
    case 'float64':
      return (at) => view.getFloat64(8 * at, true)
    case 'int64':
      return (at) => Number(view.getBigInt64(8 * at, true))
    case 'int32':
      return (at) => view.getInt32(4 * at, true)
    case 'int16':
      return (at) => view.getInt16(2 * at, true)
    case 'int8':
      return (at) => view.getInt8(at)
    case 'uint8':
    case 'bool':
      return (at) => view.getUint8(at)
  }
}

function sharedWord(): [Float32Array, Uint32Array] {
  const buffer = new ArrayBuffer(4)
  return [new Float32Array(buffer), new Uint32Array(buffer)]
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
