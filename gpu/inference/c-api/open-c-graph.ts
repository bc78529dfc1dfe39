import type { Provider } from '#gpu/inference/backend.ts'
import type { Graph, GraphOptions } from '#gpu/inference/graph.ts'
import { elementCount, elementType, newData, type Tensor, type TensorFacts } from '#gpu/inference/tensor.ts'
import { loadOrtLibrary, type OrtLibrary, type Pointer } from './library.ts'
import { LOG_FATAL, makeSessionOptions } from './session-options.ts'
import { ELEMENT_TYPES, readFacts, readShape } from './tensor-facts.ts'

/** `OrtArenaAllocator` and `OrtMemTypeDefault`. */
const [ARENA, DEFAULT_MEMORY] = [1, 0]

type Tensors = Readonly<Record<string, Tensor>>

export interface CGraphOptions extends GraphOptions {
  /** Gets the address of the run options, with which another thread can end a run (`RunOptionsSetTerminate`). */
  readonly onRunOptions: (address: bigint) => void
  /** True once the run that begins or is under way is not wanted any more. */
  readonly stopped: () => boolean
}

let environment: Pointer | undefined

/**
 * ONNX Runtime through its C API: reads inputs and writes outputs where they are, without a copy. A run blocks the thread;
 * it ends within milliseconds of being told to.
 */
export function openCGraph(bytes: Uint8Array, options: CGraphOptions): Graph {
  const library = loadOrtLibrary()
  // One per process, shared with whoever else made it; never released.
  environment ??= library.make('CreateEnv', LOG_FATAL, 'reelballers')
  const settings = makeSessionOptions(library, options)
  try {
    const session = library.make('CreateSessionFromArray', environment, bytes, bytes.length, settings)
    try {
      return new CGraph(library, session, options)
    } catch (error) {
      library.release('ReleaseSession', session)
      throw error
    }
  } finally {
    library.release('ReleaseSessionOptions', settings)
  }
}

class CGraph implements Graph {
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  readonly #library: OrtLibrary
  readonly #session: Pointer
  readonly #allocator: Pointer
  readonly #memory: Pointer
  readonly #binding: Pointer
  readonly #runOptions: Pointer
  readonly #provider: Provider
  readonly #stopped: () => boolean

  constructor(library: OrtLibrary, session: Pointer, { provider, onRunOptions, stopped }: CGraphOptions) {
    this.#library = library
    this.#session = session
    this.#provider = provider
    this.#stopped = stopped
    this.#allocator = library.make('GetAllocatorWithDefaultOptions')
    this.#memory = library.make('CreateCpuMemoryInfo', ARENA, DEFAULT_MEMORY)
    this.#binding = library.make('CreateIoBinding', session)
    this.#runOptions = library.make('CreateRunOptions')
    this.inputs = readFacts(library, session, this.#allocator, 'Input')
    this.outputs = readFacts(library, session, this.#allocator, 'Output')
    onRunOptions(this.#runOptions)
  }

  memoryBytes(): number | undefined {
    const library = this.#library
    const device = this.#provider === 'cuda' ? 'Cuda' : 'Cpu'
    // Not worth failing for.
    try {
      const memory = library.make('CreateMemoryInfo', device, ARENA, 0, DEFAULT_MEMORY)
      const allocator = library.make('CreateAllocator', this.#session, memory)
      const bytes = library.statistic(allocator, 'TotalAllocated')
      library.release('ReleaseAllocator', allocator)
      library.release('ReleaseMemoryInfo', memory)
      return bytes > 0 ? bytes : undefined
    } catch {
      return undefined
    }
  }

  async runInto(inputs: Tensors, outputs: Tensors): Promise<void> {
    this.#bound(inputs, outputs, [], () => this.#run())
  }

  async run(inputs: Tensors, names: readonly string[]): Promise<Record<string, Tensor>> {
    const made: Record<string, Tensor> = {}
    const unknown: string[] = []
    for (const name of names) {
      const facts = this.outputs.find((output) => output.name === name)
      if (facts === undefined) throw new Error(`the network has no output "${name}"`)
      const dims = facts.dims.filter((dim) => typeof dim === 'number')
      if (dims.length < facts.dims.length) unknown.push(name)
      else made[name] = { data: newData(facts.type, elementCount(dims)), dims }
    }
    this.#bound(inputs, made, unknown, () => {
      this.#run()
      if (unknown.length > 0) Object.assign(made, this.#copyOutputs(names, unknown))
    })
    return made
  }

  async release(): Promise<void> {
    this.#library.release('ReleaseIoBinding', this.#binding)
    this.#library.release('ReleaseSession', this.#session)
    this.#library.release('ReleaseRunOptions', this.#runOptions)
    this.#library.release('ReleaseMemoryInfo', this.#memory)
  }

  /** Whoever stops a run says so first and terminates then: either this sees the word, or the run is terminated. */
  #run(): void {
    this.#library.call('RunOptionsUnsetTerminate', this.#runOptions)
    if (this.#stopped()) throw new Error('the run was stopped')
    this.#library.call('RunWithBinding', this.#session, this.#runOptions, this.#binding)
  }

  #bound(inputs: Tensors, outputs: Tensors, unknown: readonly string[], use: () => void): void {
    const values: Pointer[] = []
    try {
      for (const [kind, tensors] of [['BindInput', inputs] as const, ['BindOutput', outputs] as const]) {
        for (const [name, tensor] of Object.entries(tensors)) {
          const value = this.#wrap(tensor)
          values.push(value)
          this.#library.call(kind, this.#binding, name, value)
        }
      }
      for (const name of unknown) this.#library.call('BindOutputToDevice', this.#binding, name, this.#memory)
      use()
    } finally {
      this.#library.tell('ClearBoundInputs', this.#binding)
      this.#library.tell('ClearBoundOutputs', this.#binding)
      for (const value of values) this.#library.release('ReleaseValue', value)
    }
  }

  /** A tensor over our own memory, which must stay where it is: asking for the buffer moves a small array off V8's heap. */
  #wrap({ data, dims }: Tensor): Pointer {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const shape = BigInt64Array.from(dims, BigInt)
    const type = ELEMENT_TYPES[elementType(data)]
    const { length } = bytes
    return this.#library.make('CreateTensorWithDataAsOrtValue', this.#memory, bytes, length, shape, dims.length, type)
  }

  /** Outputs whose size only the run knew, copied out of ONNX Runtime's memory. They come in the order they were bound in. */
  #copyOutputs(names: readonly string[], unknown: readonly string[]): Record<string, Tensor> {
    const known = names.filter((name) => !unknown.includes(name))
    const values = this.#library.array('GetBoundOutputValues', this.#binding, this.#allocator)
    const copied: Record<string, Tensor> = {}
    for (const [index, name] of [...known, ...unknown].entries()) {
      const value = values[index]
      if (value === undefined) throw new Error(`the run gave no "${name}"`)
      if (unknown.includes(name)) copied[name] = this.#copy(value, name)
      this.#library.release('ReleaseValue', value)
    }
    return copied
  }

  #copy(value: Pointer, name: string): Tensor {
    const info = this.#library.make('GetTensorTypeAndShape', value)
    try {
      const { type, dims } = readShape(this.#library, info, name)
      const data = newData(type, elementCount(dims))
      if (data.length > 0) {
        const from = this.#library.view(this.#library.make('GetTensorMutableData', value), data.byteLength)
        new Uint8Array(data.buffer).set(new Uint8Array(from))
      }
      return { data, dims }
    } finally {
      this.#library.release('ReleaseTensorTypeAndShapeInfo', info)
    }
  }
}
