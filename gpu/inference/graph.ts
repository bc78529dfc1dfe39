import type { Provider } from './backend.ts'
import type { Tensor, TensorFacts } from './tensor.ts'

/** An ONNX graph loaded on the thread that owns it. */
export interface Graph {
  readonly inputs: readonly TensorFacts[]
  readonly outputs: readonly TensorFacts[]
  /** Memory the session holds for itself, in bytes, when it is known. */
  memoryBytes(): number | undefined
  /** Runs once, into the tensors of `outputs`. Not before the call before has ended. */
  runInto(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Promise<void>
  /** Runs once and answers the named outputs in memory of their own. */
  run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

export interface GraphOptions {
  readonly provider: Provider
  /** Threads of a CPU. */
  readonly threads: number
  readonly freeDimensions?: Readonly<Record<string, number>> | undefined
  /** Options of the CUDA provider by ONNX Runtime's names; only the C API can pass them on. */
  readonly cudaOptions?: Readonly<Record<string, string>> | undefined
}
