import { AppError } from '#lib/contracts/errors.ts'
import { damaged } from './damaged.ts'
import { type PickleValue, STORAGES, type StorageRef, TensorRef } from './pickle-values.ts'
import { tensorValues } from './tensor-values.ts'
import { unpickle } from './unpickle.ts'
import { ZipArchive } from './zip-archive.ts'

export interface Tensor {
  readonly shape: readonly number[]
  /** Row-major; read from the file each time. */
  readonly values: () => Float32Array
}

/** A network's parameters and buffers by name, in the file's order. */
export type StateDict = ReadonlyMap<string, Tensor>

/** GFPGAN, the largest network here, has 87 million parameters in 349 MB. */
const MAX_BYTES = 2 ** 31
const MAX_TENSORS = 20_000
const MAX_ELEMENTS = 2 ** 28

/** Where trainers put the weights of a checkpoint, the averaged ones first (BasicSR, KAIR, Lightning). */
const NESTINGS = ['params_ema', 'params', 'state_dict', 'model_state_dict', 'model'] as const

const ZIP_SIGNATURE = 0x04034b50
/** What `torch.save` wrote first before PyTorch 1.6. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn

interface Checkpoint {
  readonly root: PickleValue
  readonly storage: (ref: StorageRef) => Buffer
}

/**
 * Reads a file of `torch.save`: the ZIP format since 1.6 and the older one. Tensors of any number type and stride come out as
 * float32. Throws `weights_mismatch` for anything damaged, hostile or absurdly large, and never executes any of it.
 */
export function readStateDict(file: Uint8Array): StateDict {
  if (file.length > MAX_BYTES) throw damaged(`it has ${file.length} bytes, at most ${MAX_BYTES} are read`)
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  return guarded(() => {
    const isZip = bytes.length >= 4 && bytes.readUInt32LE(0) === ZIP_SIGNATURE
    return tensorsOf(isZip ? readZip(bytes) : readLegacy(bytes))
  })
}

/** An offset outside the file makes Node's buffers throw: that is the file's fault too. */
function guarded<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw damaged('it is cut off or no PyTorch checkpoint', cause)
  }
}

function readZip(bytes: Buffer): Checkpoint {
  const archive = new ZipArchive(bytes, MAX_BYTES)
  const contents = archive.names().find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'))
  if (contents === undefined) throw damaged('it holds no "data.pkl", so it is no PyTorch checkpoint')
  const folder = contents.slice(0, -'data.pkl'.length)
  if (archive.names().includes(`${folder}byteorder`) && archive.read(`${folder}byteorder`).toString() !== 'little') {
    throw damaged('its numbers are big-endian')
  }
  // One storage may hold many tensors; a packed one must not be unpacked for each.
  const opened = new Map<string, Buffer>()
  return {
    root: unpickle(archive.read(contents)).value,
    storage({ key }) {
      const bytesOfKey = opened.get(key) ?? archive.read(`${folder}data/${key}`)
      opened.set(key, bytesOfKey)
      return bytesOfKey
    },
  }
}

/** Five pickles (magic, protocol, system, object, storage keys), then each storage as its length and its bytes. */
function readLegacy(bytes: Buffer): Checkpoint {
  const magic = unpickle(bytes)
  if (magic.value !== LEGACY_MAGIC) throw damaged('it is no PyTorch checkpoint')
  const protocol = unpickle(bytes, magic.end)
  const system = unpickle(bytes, protocol.end)
  if (system.value instanceof Map && system.value.get('little_endian') === false) {
    throw damaged('its numbers are big-endian')
  }
  const object = unpickle(bytes, system.end)
  const keys = unpickle(bytes, object.end)
  if (!Array.isArray(keys.value)) throw damaged('the list of its storages is broken')
  const storages = new Map<string, Buffer>()
  let at = keys.end
  for (const key of keys.value) {
    const ref = typeof key === 'string' ? object.storages.get(key) : undefined
    if (ref === undefined) throw damaged('it holds a storage that nothing refers to')
    const end = at + 8 + Number(bytes.readBigUInt64LE(at)) * STORAGES[ref.name].bytes
    if (end > bytes.length) throw damaged('it ends inside its numbers')
    storages.set(ref.key, bytes.subarray(at + 8, end))
    at = end
  }
  return {
    root: object.value,
    storage({ key }) {
      const found = storages.get(key)
      if (found === undefined) throw damaged(`storage "${key}" is missing`)
      return found
    },
  }
}

function tensorsOf({ root, storage }: Checkpoint): StateDict {
  const refs = tensorRefs(root)
  if (refs.size === 0) throw damaged('it holds no tensors by name')
  if (refs.size > MAX_TENSORS) throw damaged(`it holds ${refs.size} tensors, at most ${MAX_TENSORS} are read`)
  let elements = 0
  for (const { shape } of refs.values()) elements += shape.reduce((product, length) => product * length, 1)
  if (!(elements <= MAX_ELEMENTS))
    throw damaged(`its tensors hold ${elements} numbers, at most ${MAX_ELEMENTS} are read`)
  const prefix = [...refs.keys()].every((name) => name.startsWith('module.')) ? 'module.' : ''
  return new Map(
    [...refs].map(([name, ref]) => [
      name.slice(prefix.length),
      { shape: ref.shape, values: () => guarded(() => tensorValues(ref, storage(ref.storage))) },
    ]),
  )
}

/** The tensors of the averaged weights where there are such, else of the nesting found, else of the dictionary itself. */
function tensorRefs(root: PickleValue): Map<string, TensorRef> {
  if (!(root instanceof Map)) throw damaged('it holds no dictionary of tensors')
  const nested = NESTINGS.map((name) => root.get(name)).find((value) => value instanceof Map)
  const found = nested instanceof Map ? nested : root
  const refs = new Map<string, TensorRef>()
  for (const [name, value] of found) {
    if (typeof name === 'string' && value instanceof TensorRef) refs.set(name, value)
  }
  return refs
}
