import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { FUNCTIONS, type FunctionName, ORT_API_VERSION, ORT_VERSION } from './functions.ts'

/** An address on the native side. */
export type Pointer = bigint
type Native = (...args: unknown[]) => unknown

const require = createRequire(import.meta.url)

/** The library that ships inside the onnxruntime-node package. */
export function libraryPath(): string {
  const folder = dirname(require.resolve('onnxruntime-node/package.json'))
  return join(folder, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime.so.1')
}

/** ONNX Runtime's C API, called through koffi. */
export class OrtLibrary {
  readonly koffi = require('koffi') as typeof import('koffi')
  readonly #functions: Readonly<Record<FunctionName, Native>>

  /** Throws, before anything is called by its index, when the library is not exactly the release the indices are from. */
  constructor() {
    const { koffi } = this
    const base = koffi.load(libraryPath()).func('void *OrtGetApiBase()')() as Pointer
    const slot = (table: Pointer, index: number) => koffi.decode(table, index * 8, 'void *') as Pointer
    const versionOf = koffi.decode(slot(base, 1), koffi.proto('const char *OrtVersionOf()')) as () => string
    const version = versionOf()
    if (version !== ORT_VERSION) throw new Error(`ONNX Runtime is ${version}, the C API is known for ${ORT_VERSION}`)
    const getApi = koffi.decode(slot(base, 0), koffi.proto('void *OrtGetApi(uint32_t)')) as (
      v: number,
    ) => Pointer | null
    const api = getApi(ORT_API_VERSION)
    if (api === null) throw new Error(`ONNX Runtime ${version} does not offer version ${ORT_API_VERSION} of its API`)
    const entries = Object.entries(FUNCTIONS).map(([name, { index, returns, parameters }]) => {
      const type = koffi.proto(`${returns} Ort${name}(${parameters})`)
      return [name, koffi.decode(slot(api, index), type)]
    })
    this.#functions = Object.fromEntries(entries) as Record<FunctionName, Native>
  }

  /** Calls a function that answers a status. Throws with ONNX Runtime's message. */
  call(name: FunctionName, ...args: readonly unknown[]): void {
    const status = this.#functions[name](...args) as Pointer | null
    if (status === null) return
    const message = this.#functions.GetErrorMessage(status) as string
    this.#functions.ReleaseStatus(status)
    throw new Error(message)
  }

  /** The same, for a function whose last parameter receives an object. The caller releases it. */
  make(name: FunctionName, ...args: readonly unknown[]): Pointer {
    const made = this.maybe(name, ...args)
    if (made === null) throw new Error(`${name} made nothing`)
    return made
  }

  /** The same, where null is an answer too. */
  maybe(name: FunctionName, ...args: readonly unknown[]): Pointer | null {
    const out: [Pointer | null] = [null]
    this.call(name, ...args, out)
    return out[0]
  }

  /** The same, for one whose last parameters receive an array of objects and its length; the array is freed. */
  array(name: FunctionName, object: Pointer, allocator: Pointer): Pointer[] {
    const [out, count]: [[Pointer | null], [number | bigint]] = [[null], [0]]
    this.call(name, object, allocator, out, count)
    if (out[0] === null) return []
    const addresses = new BigInt64Array(this.view(out[0], 8 * Number(count[0])).slice(0))
    this.call('AllocatorFree', allocator, out[0])
    return [...addresses]
  }

  /** The text that ends with a zero at an address. */
  text(address: Pointer): string {
    return this.koffi.decode(address, 'char', -1) as string
  }

  /** Native memory as it is; valid as long as that is. */
  view(address: Pointer, bytes: number): ArrayBuffer {
    return this.koffi.view(address, bytes)
  }

  /** The same, for one whose last parameter receives a number. */
  number(name: FunctionName, ...args: readonly unknown[]): number {
    const out: [number | bigint] = [0]
    this.call(name, ...args, out)
    return Number(out[0])
  }

  release(name: FunctionName & `Release${string}`, object: Pointer): void {
    this.#functions[name](object)
  }

  /** A statistic of an allocator; 0 when it keeps none. */
  statistic(allocator: Pointer, key: string): number {
    const pairs = this.make('AllocatorGetStats', allocator)
    try {
      return Number(this.#functions.GetKeyValue(pairs, key) ?? 0)
    } finally {
      this.release('ReleaseKeyValuePairs', pairs)
    }
  }

  /** Functions that answer nothing. */
  tell(name: 'ClearBoundInputs' | 'ClearBoundOutputs', object: Pointer): void {
    this.#functions[name](object)
  }
}

let loaded: OrtLibrary | undefined

/** One per thread. */
export function loadOrtLibrary(): OrtLibrary {
  loaded ??= new OrtLibrary()
  return loaded
}
