import { damaged } from './damaged.ts'

/** What numbers of a storage are, by the name of its class in `torch`. */
export const STORAGES = {
  FloatStorage: { type: 'float32', bytes: 4 },
  HalfStorage: { type: 'float16', bytes: 2 },
  BFloat16Storage: { type: 'bfloat16', bytes: 2 },
  DoubleStorage: { type: 'float64', bytes: 8 },
  LongStorage: { type: 'int64', bytes: 8 },
  IntStorage: { type: 'int32', bytes: 4 },
  ShortStorage: { type: 'int16', bytes: 2 },
  CharStorage: { type: 'int8', bytes: 1 },
  ByteStorage: { type: 'uint8', bytes: 1 },
  BoolStorage: { type: 'bool', bytes: 1 },
} as const
export type StorageName = keyof typeof STORAGES
export type ElementType = (typeof STORAGES)[StorageName]['type']

/** The only callables and classes a checkpoint may name: none of them does anything here but build plain data. */
const ALLOWED = {
  'collections.OrderedDict': 'ordered-dict',
  'torch._utils._rebuild_tensor_v2': 'tensor',
  'torch._utils._rebuild_parameter': 'parameter',
} as const

export class PickleGlobal {
  readonly kind: (typeof ALLOWED)[keyof typeof ALLOWED] | 'storage'
  readonly storage: StorageName | undefined
  constructor(kind: PickleGlobal['kind'], storage?: StorageName) {
    this.kind = kind
    this.storage = storage
  }
}

/** Numbers that lie elsewhere in the file. */
export class StorageRef {
  readonly name: StorageName
  readonly key: string
  readonly elements: number
  constructor(name: StorageName, key: string, elements: number) {
    this.name = name
    this.key = key
    this.elements = elements
  }
}

/** A view of a storage; offset and strides count elements. */
export class TensorRef {
  readonly storage: StorageRef
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  constructor(storage: StorageRef, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | StorageRef
  | TensorRef

const isStorage = (name: string): name is StorageName => Object.hasOwn(STORAGES, name)

/** Looks a global up in the allow-list. Throws for every other name. */
export function findGlobal(module: string, name: string): PickleGlobal {
  if (module === 'torch' && isStorage(name)) return new PickleGlobal('storage', name)
  const full = `${module}.${name}`
  if (Object.hasOwn(ALLOWED, full)) return new PickleGlobal(ALLOWED[full as keyof typeof ALLOWED])
  throw damaged(`it asks for "${full.slice(0, 100)}", which weights have no need of`)
}

/** `callable(*args)` for the allowed callables. */
export function callGlobal(callable: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
  if (!(callable instanceof PickleGlobal) || !Array.isArray(args))
    throw damaged('it calls something that is no function')
  switch (callable.kind) {
    case 'ordered-dict':
      return orderedDict(args[0])
    case 'parameter': {
      const [tensor] = args
      if (!(tensor instanceof TensorRef)) throw damaged('a parameter holds no tensor')
      return tensor
    }
    case 'tensor':
      return tensorOf(args)
    case 'storage':
      throw damaged('it calls something that is no function')
  }
}

function orderedDict(pairs: PickleValue | undefined): PickleValue {
  const map = new Map<PickleValue, PickleValue>()
  if (pairs === undefined) return map
  if (!Array.isArray(pairs)) throw damaged('a dictionary is made from no list')
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw damaged('a dictionary is made from no pairs')
    map.set(pair[0] ?? null, pair[1] ?? null)
  }
  return map
}

function tensorOf([storage, offset, shape, strides]: readonly PickleValue[]): TensorRef {
  if (!(storage instanceof StorageRef) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw damaged('a tensor is described in a way that makes no sense')
  }
  if (shape.length !== strides.length || shape.length > 8) throw damaged('a tensor has no sensible shape')
  return new TensorRef(storage, offset, shape, strides)
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

/** `('storage', class, key, device, elements, …)`: how torch refers to numbers outside the pickle. */
export function storageOf(id: PickleValue | undefined): StorageRef {
  if (!Array.isArray(id)) throw damaged('it refers to something that is no storage')
  const [tag, type, key, , elements] = id
  if (tag !== 'storage' || !(type instanceof PickleGlobal) || type.storage === undefined) {
    throw damaged('it refers to something that is no storage')
  }
  if (typeof key !== 'string' || !isCount(elements))
    throw damaged('a storage is described in a way that makes no sense')
  return new StorageRef(type.storage, key, elements)
}
