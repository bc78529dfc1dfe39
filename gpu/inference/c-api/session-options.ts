import type { GraphOptions } from '#gpu/inference/graph.ts'
import type { OrtLibrary, Pointer } from './library.ts'

/** `ORT_ENABLE_ALL`. */
const OPTIMIZE_ALL = 99
/** `ORT_LOGGING_LEVEL_FATAL`: failures come back as statuses. */
export const LOG_FATAL = 4

/** Fixed shapes make one search per session, and the arena need not grow by doubling. Everything here can be overridden. */
const CUDA_OPTIONS = {
  cudnn_conv_algo_search: 'EXHAUSTIVE',
  cudnn_conv_use_max_workspace: '1',
  arena_extend_strategy: 'kSameAsRequested',
} as const

/** Makes session options. The caller releases them. */
export function makeSessionOptions(library: OrtLibrary, options: GraphOptions): Pointer {
  const made = library.make('CreateSessionOptions')
  try {
    library.call('SetSessionLogSeverityLevel', made, LOG_FATAL)
    library.call('SetSessionGraphOptimizationLevel', made, OPTIMIZE_ALL)
    library.call('SetIntraOpNumThreads', made, options.threads)
    library.call('SetInterOpNumThreads', made, 1)
    // Idle threads must not spin: the codecs need the cores.
    library.call('AddSessionConfigEntry', made, 'session.intra_op.allow_spinning', '0')
    for (const [name, value] of Object.entries(options.freeDimensions ?? {}))
      library.call('AddFreeDimensionOverrideByName', made, name, value)
    appendProvider(library, made, options)
    return made
  } catch (error) {
    library.release('ReleaseSessionOptions', made)
    throw error
  }
}

/** The CPU is always there, behind whatever is appended. */
function appendProvider(library: OrtLibrary, made: Pointer, options: GraphOptions): void {
  switch (options.provider) {
    case 'cpu':
      return
    case 'webgpu':
      library.call('SessionOptionsAppendExecutionProvider', made, 'WebGPU', [], [], 0)
      return
    case 'cuda': {
      const entries = Object.entries({ ...CUDA_OPTIONS, ...options.cudaOptions })
      const [keys, values] = [entries.map(([key]) => key), entries.map(([, value]) => value)]
      const cuda = library.make('CreateCUDAProviderOptions')
      try {
        library.call('UpdateCUDAProviderOptions', cuda, keys, values, entries.length)
        library.call('SessionOptionsAppendExecutionProvider_CUDA_V2', made, cuda)
      } finally {
        library.release('ReleaseCUDAProviderOptions', cuda)
      }
    }
  }
}
